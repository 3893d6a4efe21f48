import type { Engine, Explanation, Prediction } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import { conclude, likeliestClasses } from '../vision/model/answer.js';
import type { Likely } from '../vision/model/answer.js';
import { nameOf } from '../vision/model/classifier.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import type { VisionErrorCode } from '../vision/vision-error.js';
import { CAM } from '../vision/cam/methods.js';
import { percentage } from '../percentage.js';
import { bar } from './bar.js';
import { oneLine } from './one-line.js';
import { PhotoNotFound } from './photo-files.js';
import { palette as colours } from './output.js';

type PhotoErrorCode = VisionErrorCode | PhotoNotFound['code'];

/** What became of one photo on the command line. */
export type PhotoResult =
  | { readonly status: 'refused'; readonly file: string; readonly code: PhotoErrorCode; readonly message: string }
  | {
      readonly status: 'predicted';
      readonly file: string;
      readonly prediction: Prediction;
      readonly heatmap: HeatmapResult;
    };

export type HeatmapResult =
  | {
      readonly status: 'written';
      readonly file: string;
      readonly about: ClassOrGroup;
      readonly label: string;
      readonly explanation: Explanation;
    }
  | { readonly status: 'unavailable'; readonly reason: VisionErrorCode | 'not-written'; readonly message: string };

/** The part of the report that is the same for every photo of a run. */
export interface RunFacts {
  readonly engine: Engine;
  readonly loadMilliseconds: number;
}

const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100;

/** Five digits tell map values apart; more would only make the document long. */
const digits = (value: number): number => Number(value.toPrecision(6));

function heatmapDocument(heatmap: HeatmapResult): object {
  if (heatmap.status === 'unavailable') return { unavailable: heatmap.reason, message: heatmap.message };
  const { rows, columns, values, forwardPasses } = heatmap.explanation;
  const { type, index } = heatmap.about;
  return {
    file: heatmap.file,
    // A kind's number means nothing outside the model's own file.
    class: type === 'class' ? { type, index, label: heatmap.label } : { type, label: heatmap.label },
    rows,
    columns,
    forwardPasses,
    values: Array.from({ length: rows }, (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns), digits),
    ),
  };
}

/** One photo's entry of the JSON document. */
export function jsonReport(result: PhotoResult, facts: RunFacts): object {
  if (result.status === 'refused') {
    return { photo: { file: result.file }, error: { code: result.code, message: result.message } };
  }
  const { info, classifier, method } = facts.engine;
  const { prediction, heatmap } = result;
  const { probabilities } = prediction;
  const { answer, groups } = conclude(probabilities, classifier);
  const named = (likely: Likely) => ({ label: nameOf(classifier, likely), probability: likely.probability });
  const explanation = heatmap.status === 'written' ? heatmap.explanation : null;
  return {
    photo: { file: result.file, width: prediction.photo.width, height: prediction.photo.height },
    model: {
      name: classifier.name,
      backend: info.backend,
      layer: info.layer,
      method,
      inputSize: [info.input.height, info.input.width],
    },
    answer: { type: answer.type, ...named(answer.about) },
    groups: groups.map(named),
    predictions: likeliestClasses(probabilities).map(({ index, ...each }) => ({ index, ...named({ index, ...each }) })),
    heatmap: heatmapDocument(heatmap),
    milliseconds: {
      load: rounded(facts.loadMilliseconds),
      decode: rounded(prediction.milliseconds.decode),
      predict: rounded(prediction.milliseconds.predict),
      explain: rounded(explanation?.milliseconds.explain ?? 0),
      render: rounded(explanation?.milliseconds.render ?? 0),
    },
  };
}

const TOP = 5;
const BAR_WIDTH = 24;
const LABEL_WIDTH = 28;
const SHARE_WIDTH = '>99.9%'.length;

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** One photo's report for reading; what loading took stands in the first. */
export function textReport(
  { file, prediction, heatmap }: Extract<PhotoResult, { status: 'predicted' }>,
  { engine: { classifier }, loadMilliseconds }: RunFacts,
  first: boolean,
): string {
  const { answer } = conclude(prediction.probabilities, classifier);
  const top = likeliestClasses(prediction.probabilities, TOP).map((likely) => ({
    label: shorten(nameOf(classifier, likely), LABEL_WIDTH),
    probability: likely.probability,
  }));
  const width = Math.max(...top.map(({ label }) => label.length));
  const size = `${prediction.photo.width} × ${prediction.photo.height}`;
  const lines = [`${colours.bold(oneLine(file))}  ${colours.dim(size)}`];
  top.forEach(({ label, probability }, index) => {
    const share = percentage(probability).padStart(SHARE_WIDTH);
    const cells = colours.green(bar(probability, BAR_WIDTH));
    lines.push(`  ${label.padEnd(width)}  ${cells} ${index === 0 ? colours.bold(share) : share}`);
  });
  if (answer.type === 'group') {
    const share = percentage(answer.about.probability);
    lines.push(`  ${colours.yellow(`Of the kind ${nameOf(classifier, answer.about)} (${share}), not sure which.`)}`);
  } else if (answer.type === 'not-sure') {
    lines.push(`  ${colours.yellow('Not sure.')}`);
  }
  const times: [string, number][] = first ? [['load', loadMilliseconds]] : [];
  times.push(['decode', prediction.milliseconds.decode], ['predict', prediction.milliseconds.predict]);
  if (heatmap.status === 'written') {
    const { method, forwardPasses, milliseconds } = heatmap.explanation;
    const { needs, title } = CAM[method];
    const of = needs === 'activations' ? `whatever the class (${title})` : `of ${colours.bold(heatmap.label)}`;
    const passes = forwardPasses === 0 ? '' : ` (${forwardPasses} forward passes)`;
    lines.push(`  Heatmap ${of}: ${oneLine(heatmap.file)}${passes}`);
    times.push(['explain', milliseconds.explain], ['render', milliseconds.render]);
  } else {
    lines.push(`  ${colours.yellow(`Heatmap unavailable: ${heatmap.message}`)}`);
  }
  const timings = times.map(([name, milliseconds]) => `${name} ${milliseconds.toFixed(1)} ms`).join(' · ');
  lines.push(`  ${colours.dim(timings)}`);
  return `${lines.join('\n')}\n`;
}

/** An error as the refusal of one photo; what is not foreseen goes on. */
export function refusal(file: string, error: unknown): PhotoResult {
  if (!(error instanceof VisionError || error instanceof PhotoNotFound)) throw error;
  return { status: 'refused', file, code: error.code, message: error.message };
}
