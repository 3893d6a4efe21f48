import { readFile } from 'node:fs/promises';
import { openOnnxFile, pictureShape } from '../../trunk/onnx/file-runner.js';
import { shapesOf, sizeOf } from '../../trunk/plan.js';
import type { FileTensor, Plan, Step, WholeFile } from '../../trunk/plan.js';
import { channelsFirstOf } from '../channel-order.js';
import type { CompileChoice } from '../choice.js';
import type { Compilation, RangeGuess } from '../findings.js';
import { classificationOf } from '../outputs.js';
import type { Classification } from '../outputs.js';
import { pixelsOf, testPicture } from '../plan-proof.js';
import type { Expected } from '../plan-proof.js';
import { guessRange } from '../range-guess.js';
import type { OnnxSource } from '../source.js';
import { split } from '../split.js';
import { externalWeights } from './external-weights.js';
import { decodeOnnx } from './onnx-file.js';
import type { OnnxFileNode, OnnxModel } from './onnx-file.js';
import { pictureIn } from './onnx-picture.js';
import type { OnnxPicture } from './onnx-picture.js';
import { isRounded, isWhole } from './onnx-tensor.js';
import { ownWords } from './own-words.js';
import type { OwnWords } from './own-words.js';
import { readOnnx, UnknownShapesError } from './read-onnx.js';
import type { OnnxReading, OnnxShapes } from './read-onnx.js';

/** The shape of what every node makes of a black picture. */
async function shapesIn(model: OnnxModel, file: string, picture: OnnxPicture): Promise<OnnxShapes> {
  const own = new Set(model.outputs.map(({ name }) => name));
  const made = model.nodes.filter(({ op }) => !/Sequence|Optional/.test(op)).flatMap(({ outputs }) => outputs);
  const added = [...new Set(made)].filter((name) => name !== '' && !own.has(name));
  const session = await openOnnxFile(file, picture, added, 1);
  try {
    const { height, width, channels } = picture.input;
    const black = new Float32Array(height * width * channels);
    const outputs = await session.run(black, pictureShape(picture.input, picture), [...own, ...added]);
    return new Map([...outputs].map(([name, { shape }]) => [name, shape]));
  } finally {
    await session.close();
  }
}

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

const isUnknown = ({ operation }: Step): boolean => operation.op === 'layer';

/** The value whose numbers are the scores: a reshape of them that the file has behind its softmax is left out. */
function scoresIn({ trunk, head, scores }: Plan): string {
  const steps = new Map([...trunk, ...head].map((step) => [step.name, step]));
  let value = scores;
  for (let step = steps.get(value); step?.operation.op === 'reshape'; step = steps.get(value)) {
    value = step.inputs[0] ?? value;
  }
  return value;
}

/** The plan of a network that runs as it is in its file: with the head, where all of it has steps. */
function planOfWhole(
  { network, origins }: OnnxReading,
  layer: string | null,
  classification: Classification,
): { plan: Plan; file: Pick<WholeFile, 'cut' | 'scores'> } {
  const cut = split(network, layer ?? undefined, classification);
  const shapes = shapesOf(cut);
  const tensorOf = (value: string): FileTensor | null => {
    const origin = origins.get(value);
    return origin === undefined ? null : { name: origin.tensor, axes: origin.axes, shape: shapes.get(value) ?? [] };
  };
  const scores = tensorOf(scoresIn(cut));
  if (scores === null) throw new RangeError('The file has no tensor of the scores.');
  const tensors = cut.cut.map(tensorOf).filter((tensor) => tensor !== null);
  const explains = cut.target !== null && !cut.head.some(isUnknown) && tensors.length === cut.cut.length;
  if (explains) return { plan: { ...cut, trunk: [] }, file: { cut: tensors, scores } };
  const plan = { ...cut, trunk: [], head: [], target: null, cut: [cut.scores] };
  return { plan, file: { cut: [scores], scores } };
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
  try {
    reading = readOnnx(model, picture, external, null);
  } catch (error) {
    if (!(error instanceof UnknownShapesError)) throw error;
    reading = readOnnx(model, picture, external, await shapesIn(model, file, picture));
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
    const { plan, file: tensors } = planOfWhole(reading, layer, classification);
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
