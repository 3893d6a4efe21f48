import { dependents, nodesBehind } from '../graph-paths.js';
import type { OnnxFileNode } from '../onnx-file.js';
import type { OnnxShapes } from '../read-onnx.js';

/** Tokens of no place: one of the class, another of a teacher's, and registers, of which there are four or eight. */
const MOST_OTHERS = 16;

/**
 * A feature map as transformers have it, [1, tokens, channels]: a token for each patch of the picture, row by row, with
 * those of no place before them, the class token first (Dosovitskiy et al. 2021, section 3.1).
 */
export interface Tokens {
  readonly tensor: string;
  /** What the layer that makes it is called. */
  readonly layer: string;
  /** Which token is the first patch's. */
  readonly first: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** A file's graph, as far as its tokens are to be found. */
export interface TokenSource {
  /** In their order, layer normalisations put together. */
  readonly nodes: readonly OnnxFileNode[];
  readonly shapes: OnnxShapes;
  /** The file's own name of its picture. */
  readonly picture: string;
}

/** The patches of a network: as many rows and columns as its last convolution has that fits so many tokens. */
function gridOf(count: number, { nodes, shapes }: TokenSource): Pick<Tokens, 'first' | 'rows' | 'columns'> | null {
  for (const { op, outputs } of nodes.toReversed()) {
    const [, , rows = 0, columns = 0, ...more] = op === 'Conv' ? (shapes.get(outputs[0] ?? '') ?? []) : [];
    const first = count - rows * columns;
    if (rows * columns > 1 && more.length === 0 && first >= 0 && first <= MOST_OTHERS) return { first, rows, columns };
  }
  return null;
}

function tokensIn(node: OnnxFileNode, layer: string, source: TokenSource): Tokens | null {
  const [tensor = ''] = node.outputs;
  const [batch, count = 0, channels = 0, ...more] = source.shapes.get(tensor) ?? [];
  const grid = batch === 1 && channels > 1 && more.length === 0 ? gridOf(count, source) : null;
  return grid && { tensor, layer, channels, ...grid };
}

/** A normalisation with its scale and its shift, where those are nodes of their own. */
function withScaleAndShift(norm: OnnxFileNode, { nodes }: TokenSource, ofPicture: ReadonlySet<string>): OnnxFileNode {
  return ['Mul', 'Add'].reduce((last, op) => {
    const [made = ''] = last.outputs;
    const [reader, ...others] = nodes.filter(({ inputs }) => inputs.includes(made));
    const isOwn =
      reader?.op === op && others.length === 0 && reader.inputs.filter((input) => ofPicture.has(input)).length === 1;
    return isOwn ? reader : last;
  }, norm);
}

/**
 * The tokens to explain: those that the last attention reads, normalised, behind which the scores look at the class token
 * alone (https://github.com/jacobgil/pytorch-grad-cam/blob/master/tutorials/vision_transformers.md).
 *
 * @param layer the node or tensor whose tokens are wanted; null for those.
 * @returns null where the network is no such transformer, or the layer makes no tokens of the picture's places.
 */
export function tokensOf(source: TokenSource, scores: string, layer: string | null): Tokens | null {
  const { nodes, shapes } = source;
  const path = nodesBehind(nodes, [scores]);
  if (layer !== null) {
    const named = path.find(({ name, outputs }) => name === layer || outputs.includes(layer));
    return named === undefined ? null : tokensIn(named, layer, source);
  }
  const attention = path.findLast(
    ({ op, outputs }) => op === 'Softmax' && (shapes.get(outputs[0] ?? '')?.length ?? 0) >= 3,
  );
  if (attention === undefined) return null;
  const ofPicture = dependents(nodes, source.picture);
  for (const node of nodesBehind(nodes, attention.outputs).toReversed()) {
    if (node.op !== 'LayerNormalization') continue;
    const last = withScaleAndShift(node, source, ofPicture);
    const found = tokensIn(last, last.name === '' ? (last.outputs[0] ?? '') : last.name, source);
    if (found !== null) return found;
  }
  return null;
}
