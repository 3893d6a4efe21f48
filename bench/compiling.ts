import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { childEnvironment } from '#sorot/vision/child-environment.js';
import { median } from './measure.js';
import type { Row } from './report.js';

const COMPILING = fileURLToPath(new URL('./compiling-process.js', import.meta.url));
const PROVING = fileURLToPath(new URL('./proving-process.js', import.meta.url));

/** When JavaScript's collector comes by moves the peak. */
const PROCESSES = 3;

/** What reading may take, and what makes a plan of it: megabytes, and times the weights' file. */
const LIMIT = { base: 64, copies: 2.5 } as const;

const proving = v.object({ idle: v.number(), all: v.number(), milliseconds: v.number() });
const compiling = v.object({ ...proving.entries, read: v.number() });

async function inProcess(script: string, ...parameters: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, ...parameters], {
    env: childEnvironment(process.env),
  });
  return JSON.parse(stdout);
}

/**
 * Memory of reading and compiling a model, and of proving what was compiled, beyond processes that are idle. One comes
 * after the other, as for the bot. Linux only.
 *
 * @param weights its largest file.
 */
export async function benchCompiling(section: string, model: string, weights: string): Promise<Row[]> {
  const megabytes = (await stat(weights)).size / 2 ** 20;
  const limit = LIMIT.base + LIMIT.copies * megabytes;
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-'));
  const compiled: v.InferOutput<typeof compiling>[] = [];
  const proven: v.InferOutput<typeof proving>[] = [];
  try {
    for (let run = 0; run < PROCESSES; run++) {
      const into = join(folder, String(run));
      compiled.push(v.parse(compiling, await inProcess(COMPILING, model, into)));
      proven.push(v.parse(proving, await inProcess(PROVING, into)));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const middle = <T>(runs: readonly T[], figure: (run: T) => number): number => median(runs.map(figure));
  return [
    { section, name: 'weights', value: megabytes, unit: 'MB' },
    { section, name: 'idle, TensorFlow.js loaded', value: middle(compiled, ({ idle }) => idle), unit: 'MB' },
    { section, name: '  reading, beyond it', value: middle(compiled, ({ read }) => read), unit: 'MB', limit },
    {
      section,
      name: '  reading and compiling, beyond it',
      value: middle(compiled, ({ all }) => all),
      unit: 'MB',
      limit,
    },
    { section, name: 'idle, ONNX Runtime loaded', value: middle(proven, ({ idle }) => idle), unit: 'MB' },
    // As much as every start takes: the plan runs as it will.
    { section, name: '  proving the plan, beyond it', value: middle(proven, ({ all }) => all), unit: 'MB', limit },
    {
      section,
      name: 'reading, compiling and proving',
      value: middle(compiled, ({ milliseconds }) => milliseconds) + middle(proven, ({ milliseconds }) => milliseconds),
      unit: 'ms',
    },
  ];
}
