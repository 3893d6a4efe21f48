import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sizeOf } from '../trunk/plan.js';
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

/**
 * Writes what was compiled as `plan.json` and `weights.bin`, and what was found as `findings.json`, into `folder`, which
 * it makes.
 */
export async function writeCompiled(folder: string, { compiled, findings }: Compilation): Promise<void> {
  const arrays: Float32Array[] = [];
  let count = 0;
  const text = JSON.stringify(compiled, (_key, value: unknown) => {
    if (!isWeights(value)) return value;
    const stored: StoredWeights = { $weights: count, shape: value.shape };
    arrays.push(value.values);
    count += value.values.length;
    return stored;
  });
  await mkdir(folder, { recursive: true });
  // One array after the other: all of them at once would be in memory twice.
  await writeFile(join(folder, 'weights.bin'), arrays);
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

/** Puts the weights of a stored operation back: they are its direct fields, or a list in one. */
function restore(operation: Record<string, unknown>, numbers: Float32Array): Operation {
  const weightsOf = (value: unknown): unknown => {
    if (isStored(value)) {
      const size = sizeOf(value.shape);
      return { shape: value.shape, values: numbers.subarray(value.$weights, value.$weights + size) } satisfies Weights;
    }
    return Array.isArray(value) ? value.map(weightsOf) : value;
  };
  const entries = Object.entries(operation).map(([key, value]) => [key, weightsOf(value)]);
  return Object.fromEntries(entries) as Operation;
}

/** Reads what `writeCompiled` wrote. The files are this program's own, named after their source's fingerprint. */
export async function readCompiled(folder: string): Promise<Compiled> {
  const { compiled } = JSON.parse(await readFile(join(folder, 'plan.json'), 'utf8')) as StoredPlan;
  const bytes = await readFile(join(folder, 'weights.bin'));
  // Small files may be read into a shared buffer, where numbers need not begin at a multiple of four.
  const aligned = bytes.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  const numbers = new Float32Array(
    aligned.buffer,
    aligned.byteOffset,
    aligned.byteLength / Float32Array.BYTES_PER_ELEMENT,
  );
  const steps = (stored: readonly Step[]): Step[] =>
    stored.map((step) => ({
      ...step,
      operation: restore(step.operation as unknown as Record<string, unknown>, numbers),
    }));
  const { plan } = compiled;
  return { ...compiled, plan: { ...plan, trunk: steps(plan.trunk), head: steps(plan.head) } };
}
