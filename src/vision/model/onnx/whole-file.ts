import { OnnxHead } from '../../head/onnx-head.js';
import { cutName } from '../../trunk/onnx/graph-names.js';
import type { OnnxGraph } from '../../trunk/onnx/proto.js';
import { shapesOf } from '../../trunk/plan.js';
import type { FileTensor, Plan, Step, WholeFile } from '../../trunk/plan.js';
import type { Classification } from '../outputs.js';
import { split } from '../split.js';
import { onBlack, shapesIn } from './dry-run.js';
import type { OnnxModel } from './onnx-file.js';
import type { OnnxPicture } from './onnx-picture.js';
import type { ReadExternal } from './onnx-tensor.js';
import type { OnnxReading, OnnxShapes } from './read-onnx.js';
import { headGraph } from './tokens/head-graph.js';
import { tokensOf } from './tokens/tokens.js';

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

/** What is known of a file that is to run as it is. */
export interface WholeSource {
  readonly file: string;
  readonly model: OnnxModel;
  readonly picture: OnnxPicture;
  readonly external: ReadExternal;
  readonly reading: OnnxReading;
  /** Null where nobody has found them yet. */
  readonly shapes: OnnxShapes | null;
}

export interface FilePlan {
  readonly plan: Plan;
  readonly file: Pick<WholeFile, 'cut' | 'scores' | 'head'>;
}

/** Whether ONNX Runtime takes a graph: with one that it does not the bot would not start. */
function isTaken(graph: OnnxGraph): Promise<boolean> {
  return OnnxHead.load(graph, 1).then(
    async (head) => {
      await head.close();
      return true;
    },
    () => false,
  );
}

/** The plan of a transformer whose scores look at the class token alone: its head is a graph of its own. */
async function planOfTokens(
  { file, model, picture, external, reading: { nodes }, shapes: known }: WholeSource,
  layer: string | null,
  plan: Omit<Plan, 'target'>,
  scores: FileTensor,
): Promise<FilePlan | null> {
  const shapes = known ?? (await shapesIn(model, file, picture));
  const source = { nodes, shapes, picture: picture.name };
  const tokens = tokensOf(source, scores.name, layer);
  if (tokens === null) return null;
  const computed = (names: readonly string[]) => onBlack(file, picture, names, names);
  const { opset, initializers } = model;
  const head = await headGraph({ ...source, opset, initializers, external, computed }, tokens, scores.name);
  if (head === null || !(await isTaken(head.graph))) return null;
  const cut = head.cut.map((_, index) => cutName(index));
  const [value = ''] = cut;
  const { rows, columns, channels } = tokens;
  const target = { value, layer: tokens.layer, shape: [rows, columns, channels] };
  return { plan: { ...plan, trunk: [], head: [], target, cut }, file: { cut: head.cut, scores, head: head.graph } };
}

/** The plan of a network that runs as it is in its file: with the head, where all of it can be differentiated. */
export async function planOfWhole(
  source: WholeSource,
  layer: string | null,
  classification: Classification,
): Promise<FilePlan> {
  const { network, origins } = source.reading;
  const whole = split(network, undefined, classification);
  const shapes = shapesOf(whole);
  const tensorOf = (value: string): FileTensor | null => {
    const origin = origins.get(value);
    if (origin === undefined) return null;
    return { name: origin.tensor, from: 0, axes: origin.axes, shape: shapes.get(value) ?? [] };
  };
  const scores = tensorOf(scoresIn(whole));
  if (scores === null) throw new RangeError('The file has no tensor of the scores.');
  const explained = (cut: Plan): FilePlan | null => {
    const tensors = cut.cut.map(tensorOf).filter((tensor) => tensor !== null);
    const explains = cut.target !== null && !cut.head.some(isUnknown) && tensors.length === cut.cut.length;
    return explains ? { plan: { ...cut, trunk: [] }, file: { cut: tensors, scores, head: null } } : null;
  };
  const found =
    (layer === null ? explained(whole) : null) ??
    (await planOfTokens(source, layer, whole, scores)) ??
    (layer === null ? null : explained(split(network, layer, classification)));
  if (found !== null) return found;
  const plan = { ...whole, trunk: [], head: [], target: null, cut: [whole.scores] };
  return { plan, file: { cut: [scores], scores, head: null } };
}
