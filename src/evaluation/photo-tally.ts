import { maxIndex } from 'd3-array';
import type { Engine, Explanation, KnownPhoto, Photo, Prediction } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import { conclude } from '../vision/model/answer.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import { AccuracyTally } from './accuracy.js';
import { CalibrationTally } from './calibration.js';
import type { HeatmapMeasures } from './heatmaps.js';
import { AnswerTally } from './answer-shares.js';
import { exampleOf, smallPictures, WorstExamples } from './worst.js';

/** A photo that was predicted. */
export interface KnownClass {
  readonly path: string;
  /** Its class. */
  readonly truth: number;
  readonly photo: Photo;
  readonly prediction: Prediction;
  /** Whether its heatmap is measured. */
  readonly measured: boolean;
}

/** Everything that is counted over photos of known classes. Of a photo only numbers stay, and small pictures of the worst. */
export class PhotoTally {
  readonly accuracy: AccuracyTally;
  readonly calibration: CalibrationTally;
  readonly told: AnswerTally;
  readonly worst = new WorstExamples();
  readonly milliseconds = {
    decode: [] as number[],
    predict: [] as number[],
    explain: [] as number[],
    render: [] as number[],
  };
  readonly #engine: Engine;
  readonly #heatmaps: HeatmapMeasures | null;
  readonly #withPictures: boolean;

  /**
   * @param heatmaps measures those photos' heatmaps that say so; null for models without
   * @param withPictures whether the worst photos are kept to be shown
   */
  constructor(engine: Engine, heatmaps: HeatmapMeasures | null, withPictures: boolean) {
    const { classifier, info } = engine;
    this.accuracy = new AccuracyTally(classifier, info.classes);
    this.calibration = new CalibrationTally(info.exclusive);
    this.told = new AnswerTally(classifier);
    this.#engine = engine;
    this.#heatmaps = heatmaps;
    this.#withPictures = withPictures;
  }

  async add({ path, truth, photo, prediction, measured }: KnownClass): Promise<void> {
    const { classifier } = this.#engine;
    const { probabilities, milliseconds } = prediction;
    const best = maxIndex(probabilities);
    this.accuracy.add(probabilities, best, truth);
    this.calibration.add(probabilities, best, truth);
    this.told.add(probabilities, truth);
    this.milliseconds.decode.push(milliseconds.decode);
    this.milliseconds.predict.push(milliseconds.predict);

    const { answer } = conclude(probabilities, classifier);
    const example = best === truth ? null : exampleOf(path, { probabilities, answer, truth }, classifier);
    const shown = this.#withPictures && example !== null && this.worst.wants(example);
    const explanation = measured || shown ? await this.#explain(photo, answer.about) : null;
    if (measured && explanation !== null) {
      this.milliseconds.explain.push(explanation.milliseconds.explain);
      this.milliseconds.render.push(explanation.milliseconds.render);
    }
    if (example !== null) {
      this.worst.add(example, shown ? await smallPictures(photo.bytes, explanation?.jpeg ?? null) : null);
    }
    if (measured) await this.#heatmaps?.add({ bytes: photo.bytes, truth, best });
  }

  /** What people see of an answer, or null where there is no heatmap. */
  async #explain(photo: KnownPhoto, about: ClassOrGroup): Promise<Explanation | null> {
    if (this.#heatmaps === null) return null;
    try {
      return await this.#engine.explain({ photo, class: about });
    } catch (error) {
      if (error instanceof VisionError && error.code === 'no-positive-evidence') return null;
      throw error;
    }
  }
}
