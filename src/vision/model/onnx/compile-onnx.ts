import { readFile } from 'node:fs/promises';
import { openOnnxFile, pictureShape } from '../../trunk/onnx/file-runner.js';
import { sizeOf } from '../../trunk/plan.js';
import type { WholeFile } from '../../trunk/plan.js';
import { channelsFirstOf } from '../channel-order.js';
import type { CompileChoice } from '../choice.js';
import type { Compilation, RangeGuess } from '../findings.js';
import { classificationOf } from '../outputs.js';
import { pixelsOf, testPicture } from '../plan-proof.js';
import type { Expected } from '../plan-proof.js';
import { guessRange } from '../range-guess.js';
import type { OnnxSource } from '../source.js';
import { split } from '../split.js';
import { externalWeights } from './external-weights.js';
import { shapesIn } from './dry-run.js';
import { decodeOnnx } from './onnx-file.js';
import type { OnnxFileNode, OnnxModel } from './onnx-file.js';
import { pictureIn } from './onnx-picture.js';
import type { OnnxPicture } from './onnx-picture.js';
import { isRounded, isWhole } from './onnx-tensor.js';
import { ownWords } from './own-words.js';
import type { OwnWords } from './own-words.js';
import { readOnnx, UnknownShapesError } from './read-onnx.js';
import { planOfWhole } from './whole-file.js';
import type { OnnxReading, OnnxShapes } from './read-onnx.js';

/** What the model itself makes of the test picture. */
async function expectedOf(
  file: string,
  picture: OnnxPicture,
  output: string,
  how: { closed: boolean; range: RangeGuess | null; rounded: boolean; logarithms: ReadonlySet<string> },
): Promise<Expected> {
  const { closed, range, rounded, logarithms } = how;
  const pixels = pixelsOf(range?.range ?? [-1, 1]);
  const waves = testPicture(picture.input, pixels);
  const given = picture.layout === 'nchw' ? channelsFirstOf(waves, picture.input.channels) : waves;
  const session = await openOnnxFile(file, picture, [], 1);
  try {
    const results = await session.run(given, pictureShape(picture.input, picture), [output]);
    const values = results.get(output)?.values ?? new Float32Array();
    const outputs = logarithms.has(output) ? values.map(Math.exp) : values;
    return { pixels, closed, rounded, outputs };
  } finally {
    await session.close();
  }
}

/** What the picture's type says, else what models of that program are most often trained on. */
function rangeOf(
  { network }: OnnxReading,
  { name, type, input }: OnnxPicture,
  producer: string,
  own: OwnWords,
): RangeGuess | null {
  if (type === 'uint8') return { from: 'own-layers', range: [0, 255], layer: name };
  const guess = guessRange(network);
  if (guess !== null) return guess;
  if (own.isUltralytics) return { from: 'exporter', range: [0, 1], exporter: 'Ultralytics' };
  if (!producer.startsWith('pytorch') || input.channels !== 3) return null;
  return { from: 'exporter', range: 'torch', exporter: 'PyTorch' };
}

/**
 * A model that gives logarithms of probabilities as one that gives the probabilities, and which of its outputs those are:
 * the scores are the same.
 */
function withoutLogarithms(model: OnnxModel): { model: OnnxModel; logarithms: ReadonlySet<string> } {
  const read = new Set(model.nodes.flatMap(({ inputs }) => inputs));
  const isLast = ({ op, outputs: [made = ''] }: OnnxFileNode): boolean =>
    op === 'LogSoftmax' && !read.has(made) && model.outputs.some(({ name }) => name === made);
  const nodes = model.nodes.map((node) => (isLast(node) ? { ...node, op: 'Softmax' } : node));
  return {
    model: { ...model, nodes },
    logarithms: new Set(model.nodes.filter(isLast).flatMap(({ outputs }) => outputs)),
  };
}

function whyWhole(unknown: ReadonlySet<string>): string {
  if (unknown.size === 0) return 'the plan of the file does not compute what the file does';
  const [first, ...more] = [...unknown].slice(0, 3);
  return `the file has operators without a step in the plan (${[first, ...more].join(', ')}${unknown.size > 3 ? ' ...' : ''})`;
}

/**
 * Turns an ONNX file into a plan, or into one that has the file run as it is, with what its author says of it.
 *
 * @param asItIs it runs as it is, whether or not there is a plan of it.
 * @throws VisionError `invalid-model`, `invalid-argument` for the layer.
 */
export async function compileOnnx(
  source: OnnxSource,
  { layer, ...choice }: CompileChoice,
  asItIs: boolean,
  onRead: () => Promise<void>,
): Promise<Compilation> {
  const { file } = source;
  const bytes = new Uint8Array(await readFile(file));
  const { model, logarithms } = withoutLogarithms(decodeOnnx(bytes));
  const external = externalWeights(source, bytes);
  const own = ownWords(model);
  const picture = pictureIn(model, own.picture ?? choice.picture);
  await onRead();
  let reading: OnnxReading;
  let shapes: OnnxShapes | null = null;
  try {
    reading = readOnnx(model, picture, external, shapes);
  } catch (error) {
    if (!(error instanceof UnknownShapesError)) throw error;
    shapes = await shapesIn(model, file, picture);
    reading = readOnnx(model, picture, external, shapes);
  }
  const { network, unknown } = reading;
  const range = rangeOf(reading, picture, model.producer, own);
  const labels = choice.labels === 0 ? (own.names?.length ?? 0) : choice.labels;
  const classification = classificationOf(network, { ...choice, labels });
  const { found, closed } = classification;
  const constants = [...model.initializers.values()];
  const findings = {
    origin: `ONNX, operator set ${model.opset}${model.producer === '' ? '' : ` (${model.producer})`}`,
    layers: model.nodes.length,
    parameters: constants.reduce((sum, { type, shape }) => sum + (isWhole(type) ? 0 : sizeOf(shape)), 0),
    channels: picture.input.channels,
    output: found,
    range,
    // Ultralytics numbers classes that it has no names for, as many as it likes.
    labels: own.names?.length === found.classes ? own.names : [],
    resize: own.isUltralytics ? ({ to: 'crop', exporter: 'Ultralytics' } as const) : null,
  };
  if (asItIs || unknown.size > 0) {
    const { plan, file: tensors } = await planOfWhole(
      { file, model, picture, external, reading, shapes },
      layer,
      classification,
    );
    const whole: WholeFile = {
      on: 'onnx',
      why: whyWhole(unknown),
      input: { name: picture.name, layout: picture.layout, type: picture.type },
      ...tensors,
    };
    return { compiled: { plan, whole }, expected: null, findings };
  }
  const plan = split(network, layer ?? undefined, classification);
  const rounded = picture.type === 'float16' || constants.some(({ type }) => isRounded(type));
  const expected = await expectedOf(file, picture, found.name, { closed, range, rounded, logarithms });
  return { compiled: { plan, whole: null }, expected, findings };
}
