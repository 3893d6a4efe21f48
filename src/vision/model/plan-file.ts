import { closeSync, openSync, readSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromOnnxOrder, toOnnxOrder } from '../trunk/onnx/filter-order.js';
import type { FilterKind } from '../trunk/onnx/filter-order.js';
import { sizeOf } from '../trunk/plan.js';
import { FROM_FILE_BYTES } from '../trunk/onnx/graph.js';
import type { OnnxConstant, OnnxGraph } from '../trunk/onnx/proto.js';
import type { Compiled, Operation, Step, Weights } from '../trunk/plan.js';
import type { Compilation, Findings } from './findings.js';

/** Weights in the file: where in `weights.bin` they lie, in numbers. */
interface StoredWeights {
  readonly $weights: number;
  readonly shape: readonly number[];
}

/** The content of `plan.json`. */
interface StoredPlan {
  readonly weightBytes: number;
  readonly compiled: Compiled;
}

function isStored(value: unknown): value is StoredWeights {
  return typeof value === 'object' && value !== null && '$weights' in value;
}

function isWeights(value: unknown): value is Weights {
  return typeof value === 'object' && value !== null && 'values' in value && value.values instanceof Float32Array;
}

/** What kind of filter an operation has in the field of that name, if any: ONNX' order is another than the plan's. */
function filterOf(operation: unknown, key: string): FilterKind | null {
  if (key !== 'filter' || typeof operation !== 'object' || operation === null || !('op' in operation)) return null;
  return operation.op === 'conv' || operation.op === 'depthwise' ? operation.op : null;
}

/**
 * Writes what was compiled as `plan.json` and `weights.bin`, and what was found as `findings.json`, into `folder`, which
 * it makes. The weights are in the order in which ONNX Runtime takes them, so that it can map the file into memory.
 */
export async function writeCompiled(
  folder: string,
  { compiled, findings }: Omit<Compilation, 'expected'>,
): Promise<void> {
  const arrays: (() => Float32Array)[] = [];
  let count = 0;
  const text = JSON.stringify(compiled, function (this: unknown, key, value: unknown) {
    if (value instanceof BigInt64Array) return Array.from(value, Number);
    if (!isWeights(value)) return value;
    const { shape, values } = value;
    const filter = filterOf(this, key);
    arrays.push(() => (filter === null ? values : toOnnxOrder(values, shape, filter)));
    const stored: StoredWeights = { $weights: count, shape };
    count += values.length;
    // A constant of a graph has a name besides.
    return 'name' in value ? { name: value.name, shape, values: stored } : stored;
  });
  await mkdir(folder, { recursive: true });
  // One array after the other: all of them at once would be in memory twice.
  await writeFile(
    join(folder, 'weights.bin'),
    (function* () {
      for (const array of arrays) yield array();
    })(),
  );
  const stored = `{"weightBytes":${count * Float32Array.BYTES_PER_ELEMENT},"compiled":${text}}`;
  await writeFile(join(folder, 'plan.json'), stored);
  await writeFile(join(folder, 'findings.json'), JSON.stringify(findings));
}

/** Whether a folder holds all that `writeCompiled` wrote; a full disk or a careless hand may have cut it short. */
export async function isIntact(folder: string): Promise<boolean> {
  try {
    await readFindings(folder);
    const { weightBytes } = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as StoredPlan;
    return (await stat(join(folder, 'weights.bin'))).size === weightBytes;
  } catch {
    return false;
  }
}

/** Reads the findings that `writeCompiled` wrote. */
export async function readFindings(folder: string): Promise<Findings> {
  return JSON.parse(await readFile(join(folder, 'findings.json'), 'utf8')) as Findings;
}

/** Numbers of the file from one place on. */
function numbersAt(file: string, from: number, count: number): Float32Array {
  const numbers = new Float32Array(count);
  const descriptor = openSync(file, 'r');
  try {
    if (readSync(descriptor, numbers, 0, numbers.byteLength, from * numbers.BYTES_PER_ELEMENT) < numbers.byteLength) {
      throw new RangeError(`"${file}" is cut off.`);
    }
  } finally {
    closeSync(descriptor);
  }
  return numbers;
}

type WeightsAt = (stored: StoredWeights, filter: FilterKind | null) => Weights;

/** Puts the weights of a stored operation back: they are its direct fields, or a list in one. */
function restore(operation: object, weightsAt: WeightsAt): Operation {
  const weightsOf = (value: unknown, filter: FilterKind | null): unknown => {
    if (isStored(value)) return weightsAt(value, filter);
    return Array.isArray(value) ? value.map((each) => weightsOf(each, null)) : value;
  };
  const entries = Object.entries(operation).map(([key, value]: [string, unknown]) => [
    key,
    weightsOf(value, filterOf(operation, key)),
  ]);
  return Object.fromEntries(entries) as Operation;
}

/** Puts the constants of a stored graph back, those that are long as places in the file. */
function restoreGraph(graph: OnnxGraph, file: string): OnnxGraph {
  const valuesOf = (stored: unknown): OnnxConstant['values'] => {
    if (!isStored(stored)) return BigInt64Array.from(stored as readonly number[], BigInt);
    const { $weights, shape } = stored;
    const bytes = sizeOf(shape) * Float32Array.BYTES_PER_ELEMENT;
    if (bytes < FROM_FILE_BYTES) return numbersAt(file, $weights, sizeOf(shape));
    return { file, offset: $weights * Float32Array.BYTES_PER_ELEMENT, bytes };
  };
  return { ...graph, constants: graph.constants.map((each) => ({ ...each, values: valuesOf(each.values) })) };
}

/**
 * Reads what `writeCompiled` wrote. The files are this program's own, named after their source's fingerprint. Weights of
 * the trunk are read anew whenever they are asked for: a runner keeps them in a form of its own, and beside that they
 * would be in memory once more while it is made.
 */
export async function readCompiled(folder: string): Promise<Compiled> {
  const { compiled } = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as StoredPlan;
  const file = join(folder, 'weights.bin');
  const onDemand: WeightsAt = ({ $weights, shape }, filter) => ({
    shape,
    get values() {
      const numbers = numbersAt(file, $weights, sizeOf(shape));
      return filter === null ? numbers : fromOnnxOrder(numbers, shape, filter);
    },
    stored: { file, offset: $weights * Float32Array.BYTES_PER_ELEMENT },
  });
  // With its numbers instead of what reads them.
  const kept: WeightsAt = (stored, filter) => ({ ...onDemand(stored, filter) });
  const steps = (stored: readonly Step[], weightsAt: WeightsAt): Step[] =>
    stored.map((step) => ({ ...step, operation: restore(step.operation, weightsAt) }));
  const { plan, whole } = compiled;
  return {
    plan: { ...plan, trunk: steps(plan.trunk, onDemand), head: steps(plan.head, kept) },
    whole: whole?.on === 'onnx' && whole.head !== null ? { ...whole, head: restoreGraph(whole.head, file) } : whole,
  };
}
