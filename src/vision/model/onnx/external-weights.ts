import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { VisionError } from '../../vision-error.js';
import type { OnnxSource } from '../source.js';
import { damaged, eachField, pair } from './onnx-file.js';
import type { ReadExternal } from './onnx-tensor.js';

/** Messages that tensors are in, by the fields that lead from one to the next: graphs lie in nodes of graphs. */
const FIELDS = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  training: { 1: 'graph', 2: 'graph' },
  function: { 7: 'node', 11: 'attribute' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  tensor: { 13: 'place' },
  place: {},
} as const satisfies Readonly<Record<string, Readonly<Record<number, string>>>>;

type Message = keyof typeof FIELDS;

/** Graphs within each other in classifiers are two or three, and four messages each. */
const DEEPEST = 64;

/** Where a tensor lies that is in another file: `location`, `offset` and `length`. */
type Place = ReadonlyMap<string, string>;

function invalid(message: string): VisionError {
  return new VisionError('invalid-model', message);
}

/** Every place that the file names, those of graphs within nodes too: ONNX Runtime would open each. */
function placesIn(message: Message, bytes: Uint8Array, depth = 0): Place[] {
  if (depth > DEEPEST) throw invalid('The model has graphs within graphs, deeper than any classifier.');
  const fields: Readonly<Record<number, Message>> = FIELDS[message];
  const found: Place[] = [];
  const entries = new Map<string, string>();
  eachField(bytes, (field, reader, type) => {
    const inner = type === 2 ? fields[field] : undefined;
    if (inner === undefined) return;
    const content = reader.bytes();
    if (inner === 'place') {
      const [key, value] = pair(content);
      if (entries.has(key)) throw invalid(`The model says twice what "${key}" a weight has in another file.`);
      entries.set(key, value);
    } else for (const place of placesIn(inner, content, depth + 1)) found.push(place);
  });
  return entries.size === 0 ? found : [...found, entries];
}

/** A number of bytes as the file has it; null of anything else. */
function bytesIn(text: string): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/**
 * What reads constants that lie in the file beside the model that PyTorch writes them into, and in no other.
 *
 * @param bytes of the model.
 * @throws VisionError `invalid-model` where the model names another file, or more than there is in that one.
 */
export function externalWeights({ file, weightFile }: OnnxSource, bytes: Uint8Array): ReadExternal {
  const expected = `${basename(file)}.data`;
  const size = weightFile === null ? null : statSync(weightFile).size;
  const offsetOf = (place: Place): number => {
    const location = place.get('location') ?? '';
    if (location !== expected) {
      throw invalid(
        `The model has weights in the file "${location}"; they are read from the model itself or from "${expected}" beside it. In Python, onnx.save_model(onnx.load("x.onnx"), "y.onnx") puts all into one file.`,
      );
    }
    if (size === null) throw invalid(`The weight file "${location}" is missing beside the model.`);
    const [from, length] = [bytesIn(place.get('offset') ?? '0'), bytesIn(place.get('length') ?? '0')];
    if (from === null || length === null || from + length > size)
      throw invalid(`The weight file "${location}" is cut off, or the model says wrongly where its weights lie in it.`);
    return from;
  };
  try {
    placesIn('model', bytes).forEach(offsetOf);
  } catch (error) {
    throw error instanceof VisionError ? error : damaged(error);
  }
  let data: Uint8Array | null = null;
  return (place, length) => {
    const from = offsetOf(place);
    data ??= weightFile === null ? new Uint8Array() : new Uint8Array(readFileSync(weightFile));
    return data.subarray(from, from + length);
  };
}
