import * as v from 'valibot';
import { expect } from 'vitest';
import { VISION_ERROR_CODES } from '../../src/vision/vision-error.js';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const duration = v.pipe(v.number(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const sentence = v.pipe(v.string(), v.nonEmpty());
const code = v.picklist([...VISION_ERROR_CODES, 'not-found']);

const explainedClass = v.strictObject({ type: v.literal('class'), index: count, label: v.string() });
const explainedGroup = v.strictObject({ type: v.literal('group'), label: v.string() });

const heatmap = v.strictObject({
  file: v.string(),
  class: v.variant('type', [explainedClass, explainedGroup]),
  rows: count,
  columns: count,
  forwardPasses: count,
  values: v.array(v.array(share)),
});

const unavailable = v.strictObject({
  unavailable: v.picklist([...VISION_ERROR_CODES, 'not-written']),
  message: sentence,
});

/** What `--json` says of a photo that was predicted, field by field. */
const predicted = v.strictObject({
  photo: v.strictObject({ file: v.string(), width: count, height: count }),
  model: v.strictObject({
    name: v.string(),
    backend: v.string(),
    layer: v.nullable(v.string()),
    method: v.string(),
    inputSize: v.tuple([count, count]),
  }),
  answer: v.strictObject({
    type: v.picklist(['class', 'group', 'not-sure']),
    label: v.string(),
    probability: share,
  }),
  groups: v.array(v.strictObject({ label: v.string(), probability: share })),
  predictions: v.array(v.strictObject({ index: count, label: v.string(), probability: share })),
  heatmap: v.union([heatmap, unavailable]),
  milliseconds: v.strictObject({
    load: duration,
    decode: duration,
    predict: duration,
    explain: v.nullable(duration),
    render: v.nullable(duration),
  }),
});

const refused = v.strictObject({
  photo: v.strictObject({ file: v.string() }),
  error: v.strictObject({ code, message: sentence }),
});

export type Predicted = v.InferOutput<typeof predicted>;
export type Heatmap = v.InferOutput<typeof heatmap>;
export type Refused = v.InferOutput<typeof refused>;

/** The one JSON document on stdout, which is one line and nothing else. */
export function documentOf(stdout: string): unknown {
  expect(stdout.endsWith('\n')).toBe(true);
  expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  return JSON.parse(stdout);
}

/** What `--json` says: an array, also of one photo. */
export const reportsIn = (stdout: string): (Predicted | Refused)[] =>
  v.parse(v.array(v.union([predicted, refused])), documentOf(stdout));
/** What `--json-lines` says: an object a line. */
export const reportLinesIn = (stdout: string): (Predicted | Refused)[] =>
  linesOf(stdout).map((line) => v.parse(v.union([predicted, refused]), JSON.parse(line)));
export const predictedIn = (stdout: string): Predicted => v.parse(v.strictTuple([predicted]), documentOf(stdout))[0];
export const refusedIn = (stdout: string): Refused => v.parse(v.strictTuple([refused]), documentOf(stdout))[0];

/** The heatmap of a report, which has one. */
export const heatmapIn = (stdout: string): Heatmap => v.parse(heatmap, predictedIn(stdout).heatmap);

/** Lines without the last, empty one. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
