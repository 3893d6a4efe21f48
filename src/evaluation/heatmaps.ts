import { availableParallelism } from 'node:os';
import { mean } from 'd3-array';
import { randomLcg } from 'd3-random';
import type { Engine } from '../vision/engine.js';
import { decodeForInput } from '../vision/image/decode.js';
import type { Pixels } from '../vision/image/decode.js';
import { readCompiled } from '../vision/model/plan-file.js';
import { LocalNetwork } from './local-network.js';
import { besideEachOther, halfOfPeak } from './pairs.js';
import { blurred, perturb, RANKINGS, scoresOf } from './perturbing.js';
import type { Perturbed, Ranking } from './perturbing.js';
import { randomised, rankCorrelation } from './randomising.js';
import type { HeatmapReport, RandomisingSummary } from './report.js';

/** Threads of one forward pass here: while the measures run nothing else does, and small machines have two cores. */
const THREADS = Math.min(2, availableParallelism());

/** A photo to measure heatmaps on. */
export interface MeasuredPhoto {
  readonly bytes: Uint8Array;
  /** Its class, and the likeliest one. */
  readonly truth: number;
  readonly best: number;
}

/** One of two photos beside each other. */
interface Half {
  readonly truth: number;
  readonly pixels: Pixels;
}

/** A network with shuffled weights, and how far its maps are those of the trained one. */
interface Randomised {
  readonly network: LocalNetwork;
  readonly correlations: number[];
}

const share = (flags: readonly boolean[]): number => mean(flags, (flag) => (flag ? 1 : 0)) ?? 0;

/** Measures heatmaps photo by photo; of a photo only numbers stay, and of the last ones a half for the next pair. */
export class HeatmapMeasures {
  readonly #engine: Engine;
  readonly #network: LocalNetwork;
  readonly #last: Randomised | null;
  readonly #all: Randomised | null;
  readonly #random: () => number;
  readonly #pairs: boolean[] = [];
  readonly #perturbed: Record<Ranking, Perturbed>[] = [];
  /** The last photo, and the last before it of another class. */
  #before: readonly Half[] = [];
  /** The first photo, as the right half of a pair. */
  #first: Half | null = null;
  #photos = 0;

  private constructor(
    engine: Engine,
    networks: { trained: LocalNetwork; last: LocalNetwork | null; all: LocalNetwork | null },
    random: () => number,
  ) {
    this.#engine = engine;
    this.#network = networks.trained;
    this.#last = networks.last && { network: networks.last, correlations: [] };
    this.#all = networks.all && { network: networks.all, correlations: [] };
    this.#random = random;
  }

  /**
   * Loads the engine's network and two with shuffled weights into this process.
   *
   * @param engine whose model has a feature map
   */
  static async load(engine: Engine, seed: number): Promise<HeatmapMeasures> {
    const random = randomLcg(seed);
    const { method } = engine;
    const session = { ...engine.session, threads: THREADS };
    const compiled = await readCompiled(session.compiled);
    const load = async (which: 'last' | 'all'): Promise<LocalNetwork | null> => {
      const shuffled = randomised(compiled, which, random);
      return shuffled && LocalNetwork.load(shuffled, session, method);
    };
    const trained = await LocalNetwork.load(compiled, session, method);
    return new HeatmapMeasures(engine, { trained, last: await load('last'), all: await load('all') }, random);
  }

  /** @throws VisionError as decoding does, for a photo that the engine would refuse as well. */
  async add({ bytes, truth, best }: MeasuredPhoto): Promise<void> {
    const { input } = this.#engine.info;
    const { form } = this.#engine.session;
    this.#photos += 1;
    await this.#addPair(bytes, truth);
    const pixels = await decodeForInput(bytes, input, form);
    const map = await this.#network.map(pixels.data, best);
    if (map === null) return;
    const perturbing = {
      picture: pixels.data,
      ground: await blurred(pixels),
      probability: async (picture: Uint8Array) => (await this.#network.probabilities(picture))[best] ?? 0,
    };
    this.#perturbed.push(await perturb(perturbing, scoresOf(pixels, map, this.#random)));
    for (const shuffled of [this.#last, this.#all]) {
      const other = await shuffled?.network.map(pixels.data, best);
      // No map at all is as far from the trained one as can be.
      shuffled?.correlations.push(other ? rankCorrelation(map.values, other.values) : 0);
    }
  }

  /** Puts the photo right of the last one of another class, and looks where each one's heatmap is highest. */
  async #addPair(bytes: Uint8Array, truth: number): Promise<void> {
    const { width, height } = this.#engine.info.input;
    const half = Math.floor(width / 2);
    const other = this.#before.find((each) => each.truth !== truth);
    // The middle of each photo, whatever the model does with single ones: squeezed to half the width, things look unlike
    // anything it was trained on.
    const decoded = (across: number): Promise<Pixels> =>
      decodeForInput(bytes, { width: across, height }, { ...this.#engine.session.form, resize: 'crop' });
    const right = { truth, pixels: await decoded(width - half) };
    this.#first ??= right;
    if (other !== undefined) await this.#look(other, right);
    this.#before = [{ truth, pixels: await decoded(half) }, ...(other === undefined ? [] : [other])];
  }

  /** Whether the heatmap of each photo's class is highest in its half. */
  async #look(left: Half, right: Half): Promise<void> {
    const { data } = besideEachOther(left.pixels, right.pixels);
    const maps = [await this.#network.map(data, left.truth), await this.#network.map(data, right.truth)];
    const [ofLeft, ofRight] = maps.map((map) => map && halfOfPeak(map));
    this.#pairs.push(ofLeft === 'left' && ofRight === 'right');
  }

  /** The figures, after the last photo was put beside the first one: as many pairs as photos. */
  async report(): Promise<HeatmapReport> {
    const first = this.#first;
    const last = this.#before.find((each) => each.truth !== first?.truth);
    if (first !== null && last !== undefined && this.#photos > 2) await this.#look(last, first);
    const { info, method } = this.#engine;
    return {
      method,
      layer: info.layer,
      rows: info.map?.rows ?? 0,
      columns: info.map?.columns ?? 0,
      photos: this.#photos,
      without: this.#photos - this.#perturbed.length,
      pairs: this.#pairs.length === 0 ? null : { pairs: this.#pairs.length, right: this.#pairs.filter(Boolean).length },
      perturbing: this.#perturbing(),
      randomising: { last: summary(this.#last), all: summary(this.#all) },
    };
  }

  async close(): Promise<void> {
    for (const network of [this.#network, this.#last?.network, this.#all?.network]) await network?.close();
  }

  #perturbing(): HeatmapReport['perturbing'] {
    const measured = this.#perturbed;
    if (measured.length === 0) return null;
    const means = (ranking: Ranking): Perturbed => ({
      deletion: mean(measured, (each) => each[ranking].deletion) ?? 0,
      insertion: mean(measured, (each) => each[ranking].insertion) ?? 0,
    });
    const gain = (each: Record<Ranking, Perturbed>, ranking: Ranking): number =>
      each[ranking].insertion - each[ranking].deletion;
    const better = (ranking: Ranking): number =>
      share(measured.map((each) => gain(each, 'heatmap') > gain(each, ranking)));
    const [heatmap, random, centre, edges] = RANKINGS;
    return {
      baseline: 'blurred picture',
      means: { heatmap: means(heatmap), random: means(random), centre: means(centre), edges: means(edges) },
      better: { random: better(random), centre: better(centre), edges: better(edges) },
    };
  }
}

function summary(measured: Randomised | null): RandomisingSummary | null {
  const correlation = mean(measured?.correlations ?? []);
  return correlation === undefined ? null : { correlation };
}
