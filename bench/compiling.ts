import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { childEnvironment } from '#sorot/vision/child.js';
import { median } from './measure.js';
import type { Row } from './report.js';

const PROCESS = fileURLToPath(new URL('./compiling-process.js', import.meta.url));

/** When JavaScript's collector comes by moves the peak. */
const PROCESSES = 3;

/** What reading may take: megabytes, and times the weights' file. */
const READING = { base: 64, copies: 2.5 } as const;

const figures = v.object({ idle: v.number(), read: v.number(), compiled: v.number(), milliseconds: v.number() });

/**
 * Memory of reading and compiling a model, beyond the idle process. Linux only.
 *
 * @param weights its largest file.
 */
export async function benchCompiling(section: string, model: string, weights: string): Promise<Row[]> {
  const megabytes = (await stat(weights)).size / 2 ** 20;
  const runs: v.InferOutput<typeof figures>[] = [];
  for (let run = 0; run < PROCESSES; run++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', PROCESS, model], {
      env: childEnvironment(process.env),
    });
    runs.push(v.parse(figures, JSON.parse(stdout)));
  }
  const middle = (field: keyof (typeof runs)[number]): number => median(runs.map((each) => each[field]));
  return [
    { section, name: 'weights', value: megabytes, unit: 'MB' },
    { section, name: 'the idle process, TensorFlow.js loaded', value: middle('idle'), unit: 'MB' },
    {
      section,
      name: '  reading, beyond it',
      value: middle('read'),
      unit: 'MB',
      limit: READING.base + READING.copies * megabytes,
    },
    { section, name: '  reading and compiling, beyond it', value: middle('compiled'), unit: 'MB' },
    { section, name: 'reading and compiling', value: middle('milliseconds'), unit: 'ms' },
  ];
}
