import { createHash } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VisionError } from '../vision-error.js';
import { runShortLived } from '../short-lived.js';
import type { Phase, ShortLivedBounds } from '../short-lived.js';
import { cacheFolder, writable } from './cache-folder.js';
import type { CompileChoice } from './choice.js';
import { readChoice } from './classifier.js';
import type { CompileTask } from './compile-process.js';
import { draftName, noteUse, tidyCache } from './compiled-cache.js';
import type { Findings } from './findings.js';
import { isIntact, readFindings } from './plan-file.js';
import { filesOf } from './source.js';
import type { ModelSource } from './source.js';

/** Raised whenever compiled files change their meaning, so that old ones are not read. */
const FORMAT = 11;

/**
 * Reading ends within so much processor time, and for each megabyte so much more: a reader may loop for ever over a
 * damaged file. By the clock it may take longer, on a machine that builds other things beside.
 */
const READ_MS = 4000;
const READ_BY_THE_CLOCK = 10;
const READ_MS_PER_MEGABYTE = 20;

/** What reading takes with no file at all, and how many times a file lies in memory then, both with a margin. */
const READ_BASE_BYTES = 224 * 2 ** 20;
const READ_COPIES = 3;

/** Compiling the largest common classifiers takes seconds; more than this is a model that will never work. */
const COMPILE_MS = 120_000;

/** The same of compiling. The feature maps of large pictures are part of the base. */
const COMPILE_BASE_BYTES = 384 * 2 ** 20;
const COMPILE_COPIES = 6;

/** Weights of one byte in the file are numbers of four bytes in memory. */
const MAX_GROWTH = 4;

/** Far more than the objects of the largest common classifiers: weights and pixels are not among them. */
const HEAP_MEGABYTES = 256;

/** TensorFlow.js' own memory: feature maps, and the weights up to twice. More than all cannot be addressed. */
const WASM_BASE_MEGABYTES = 1024;
const WASM_ADDRESSABLE_MEGABYTES = 4096;

/** Where models compiled at build time lie. */
const BUILT = fileURLToPath(new URL('../../compiled', import.meta.url));

export interface CompiledModel {
  /** The network's own file. */
  readonly file: string;
  /** Folder of the compiled plan. */
  readonly folder: string;
  /** Changes when the model or what is chosen of it does. */
  readonly fingerprint: string;
  readonly findings: Findings;
}

/** Bytes of the network's files. */
async function bytesOf(source: ModelSource): Promise<number> {
  const files = filesOf(source);
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What reading and compiling files of so many bytes may take. */
function compileBounds(bytes: number): ShortLivedBounds & { readonly phases: readonly [Phase, Phase] } {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  const reading = READ_MS + READ_MS_PER_MEGABYTE * megabytes;
  return {
    heapMegabytes: HEAP_MEGABYTES,
    wasmMegabytes: Math.min(WASM_BASE_MEGABYTES + 2 * MAX_GROWTH * megabytes, WASM_ADDRESSABLE_MEGABYTES),
    phases: [
      {
        doing: 'Reading the model',
        processorMilliseconds: reading,
        milliseconds: READ_BY_THE_CLOCK * reading,
        residentBytes: READ_BASE_BYTES + READ_COPIES * bytes,
      },
      {
        doing: 'Compiling the model',
        milliseconds: COMPILE_MS,
        residentBytes: COMPILE_BASE_BYTES + COMPILE_COPIES * MAX_GROWTH * bytes,
      },
    ],
  };
}

/** Moves a finished draft to where it is looked for, unless another process was faster. */
async function publish(draft: string, folder: string): Promise<void> {
  const move = (): Promise<void> => rename(draft, folder);
  await move().catch(async (error: unknown) => {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    if (await isIntact(folder)) return;
    await rm(folder, { recursive: true, force: true });
    await move();
  });
}

/**
 * Compiles a model in a process of its own, and proves on a test picture in another that the plan computes what the
 * model does. A graph whose plan does not runs whole. The folder appears whole or not at all.
 */
async function compileInto(
  folder: string,
  source: ModelSource,
  choice: CompileChoice,
  onProving: () => void,
): Promise<void> {
  const draft = join(dirname(folder), draftName());
  const bounds = compileBounds(await bytesOf(source));
  const compile = (asItIs: boolean): Promise<boolean> => {
    const task: CompileTask = { file: source.file, choice, folder: draft, asItIs };
    return runShortLived<boolean>(new URL('./compile-process.js', import.meta.url), task, bounds);
  };
  try {
    if (await compile(false)) {
      onProving();
      const mismatch = await runShortLived<string | null>(new URL('./prove-process.js', import.meta.url), draft, {
        ...bounds,
        phases: [bounds.phases[1]],
      });
      if (mismatch !== null && source.form !== 'tfjs-graph' && source.form !== 'onnx')
        throw new VisionError('invalid-model', mismatch);
      if (mismatch !== null) await compile(true);
    }
    await publish(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * The compiled form of a model: kept from before, made at build time, or compiled now in a process of its own.
 *
 * @param source the network, as `openModel` found it.
 * @param choice the target layer, the output and the number of labels.
 * @param options.into where to put it; by default this user's cache folder.
 * @param options.onProving called when it has been compiled and is about to be proven, where it was not kept.
 * @throws VisionError `invalid-model` or `invalid-argument`, saying which layer and why.
 */
export async function compiledModel(
  source: ModelSource,
  choice: CompileChoice,
  { into, onProving = () => undefined }: { into?: string; onProving?: () => void } = {},
): Promise<CompiledModel> {
  const { file } = source;
  const { layer, output, labels, picture } = choice;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([FORMAT, source.fingerprint, layer, output, labels, picture, source.form]))
    .digest('hex')
    .slice(0, 32);
  const built = join(BUILT, fingerprint);
  if (into === undefined && (await isIntact(built)))
    return { file, folder: built, fingerprint, findings: await readFindings(built) };
  const cache = await writable(into ?? cacheFolder(process.env));
  const kept = join(cache, fingerprint);
  if (await isIntact(kept)) {
    await noteUse(kept);
  } else {
    await compileInto(kept, source, choice, onProving);
    if (into === undefined) await tidyCache(cache, fingerprint);
  }
  return { file, folder: kept, fingerprint, findings: await readFindings(kept) };
}

/** Compiles a model at build time as it is at a start without options, to lie with the program. */
export async function compileForBuild(source: ModelSource): Promise<CompiledModel> {
  return compiledModel(source, await readChoice(source.folder), { into: BUILT });
}
