import { execFile } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goldenFolder, newFolder, ROOT } from './folders.js';
import type { GoldenName } from './folders.js';
import { childrenOf, peakBytes } from './processes.js';
import type { Engine, EngineOptions } from '../../src/vision/engine.js';
import type { VisionErrorCode } from '../../src/vision/vision-error.js';

type EngineModule = typeof import('../../src/vision/engine.js');

export { goldenFolder, newFile, newFolder, ROOT } from './folders.js';
export type { GoldenName } from './folders.js';

/** The entry of the built command line. */
export const COMMAND = join(ROOT, 'dist', 'cli', 'index.js');

/** The engine as built: its child processes are the compiled files beside it. */
export const engineModule = (await import(
  new URL('../../dist/vision/engine.js', import.meta.url).href
)) as EngineModule;

/** A copy of a golden model in a folder called `name`, with a `classifier.json` where one is given. */
export async function copyModel(golden: GoldenName, name: string, classifier?: object): Promise<string> {
  const folder = join(await newFolder(), name);
  await mkdir(folder);
  await cp(goldenFolder(golden), folder, { recursive: true });
  if (classifier !== undefined) await writeFile(join(folder, 'classifier.json'), JSON.stringify(classifier));
  return folder;
}

/** Starts an engine, gives it to `work`, and closes it whatever happens. */
export async function withEngine<T>(
  options: Omit<EngineOptions, 'name'>,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await engineModule.Engine.start({ name: 'tested', ...options });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}

/** The code a promise is rejected with, `resolved` where it is not, and the error itself where it has no code. */
export async function codeOf(promise: Promise<unknown>): Promise<VisionErrorCode | 'resolved'> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    // Not by class: the engine under test is the built one, whose classes are not those of `src`.
    if (error instanceof Error && 'code' in error) return error.code as VisionErrorCode;
    throw error;
  }
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run, and the folder it ran in. */
export interface Run extends Finished {
  readonly cwd: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs `sorot` to its end, its output piped as in a script; `watch` may look on until the function it returns is called. */
export async function sorot(
  args: readonly string[],
  options: RunOptions = {},
  watch: (child: ChildProcess) => () => void = () => () => undefined,
): Promise<Run> {
  const cwd = options.cwd ?? (await newFolder());
  const env = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...options.env };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [COMMAND, ...args],
      { cwd, env, maxBuffer: 64 * 2 ** 20 },
      (_error, stdout, stderr) => {
        unwatch();
        resolve({ code: child.exitCode, stdout, stderr, cwd });
      },
    );
    const unwatch = watch(child);
  });
}

const runs = new Map<string, Promise<Run>>();

/** The same, for what says the same each time: within a test file it is run once. */
export function sorotOnce(args: readonly string[]): Promise<Run> {
  const key = JSON.stringify(args);
  const run = runs.get(key) ?? sorot(args);
  runs.set(key, run);
  return run;
}

/** A model folder whose network looks at no places: its pixels go straight into one dense layer of three classes. */
export async function modelWithoutMap(): Promise<string> {
  const layers = [
    { class_name: 'Flatten', config: { name: 'flatten', batch_input_shape: [null, 4, 4, 3], dtype: 'float32' } },
    { class_name: 'Dense', config: { name: 'dense', units: 3, activation: 'softmax', use_bias: true } },
  ];
  const weights = [
    { name: 'dense/kernel', shape: [48, 3], dtype: 'float32' },
    { name: 'dense/bias', shape: [3], dtype: 'float32' },
  ];
  const document = {
    format: 'layers-model',
    modelTopology: {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: { class_name: 'Sequential', config: { name: 'mapless', layers } },
    },
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  };
  const folder = join(await newFolder(), 'mapless');
  await mkdir(folder);
  await writeFile(join(folder, 'model.json'), JSON.stringify(document));
  await writeFile(
    join(folder, 'weights.bin'),
    Float32Array.from({ length: 48 * 3 + 3 }, (_, at) => Math.sin(at)),
  );
  return folder;
}

/** Milliseconds between two looks at the memory of a run. */
const LOOK_EVERY = 10;

/** A run, and the most memory that each of its processes had, in bytes. */
export interface WatchedRun extends Run {
  readonly peaks: readonly number[];
}

/**
 * Runs `sorot` to its end and looks at its processes: the sum of their peaks is an upper bound of the peak of all, for
 * shared pages count twice and the peaks need not coincide.
 */
export async function watchedSorot(args: readonly string[]): Promise<WatchedRun> {
  const peaks = new Map<number, number>();
  const run = await sorot(args, {}, ({ pid }) => {
    if (pid === undefined) return () => undefined;
    const look = setInterval(() => {
      for (const each of [pid, ...childrenOf(pid)]) peaks.set(each, Math.max(peaks.get(each) ?? 0, peakBytes(each)));
    }, LOOK_EVERY);
    return () => {
      clearInterval(look);
    };
  });
  return { ...run, peaks: [...peaks.values()] };
}
