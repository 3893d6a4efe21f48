import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import type { Precision } from '#sorot/vision/int8/precision-choice.js';
import { median } from './measure.js';
import { madePhoto } from './pictures.js';
import { rowsOf } from './report.js';
import type { Row } from './report.js';

const PROCESS = fileURLToPath(new URL('./memory-process.js', import.meta.url));

/** The flags that Procfile and railway.json start the bot with. */
const NODE_FLAGS = ['--max-semi-space-size=1'];

const LIMITS = { resident: 240, peak: 290, growth: 5, start: 1500, firstStart: 4000 } as const;

const figures = v.object({
  readyMilliseconds: v.number(),
  parent: v.number(),
  child: v.number(),
  resident: v.number(),
  proportional: v.number(),
  highest: v.number(),
  peak: v.number(),
  tensorsLeaked: v.number(),
  growthOverLastHalf: v.number(),
});

async function inProcess(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<v.InferOutput<typeof figures>> {
  const { stdout } = await promisify(execFile)(process.execPath, [...NODE_FLAGS, PROCESS, ...parameters], {
    timeout: 600_000,
    env: { ...process.env, ...environment },
  });
  return v.parse(figures, JSON.parse(stdout));
}

/** Memory of the process tree after photos of 1280 x 960, in a precision. Linux only. */
export async function measureMemory(
  folder: string,
  photos: number,
  precision: Precision,
): Promise<v.InferOutput<typeof figures>> {
  const temporary = await mkdtemp(join(tmpdir(), 'sorot-bench-'));
  try {
    const photo = join(temporary, 'photo.jpg');
    await writeFile(photo, await madePhoto(1280, 960));
    return await inProcess([folder, photo, '', String(photos), precision]);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Memory of the process tree after many photos, with and without 12-megapixel ones among them. Linux only. */
export async function benchMemory(section: string, folder: string, photos: number): Promise<Row[]> {
  const temporary = await mkdtemp(join(tmpdir(), 'sorot-bench-'));
  try {
    const [small, large] = [join(temporary, 'small.jpg'), join(temporary, 'large.jpg')];
    await writeFile(small, await madePhoto(1280, 960));
    await writeFile(large, await madePhoto(4000, 3000));
    const plain = await inProcess([folder, small, '', String(photos)]);
    const mixed = await inProcess([folder, small, large, String(photos)]);
    const row = rowsOf(section);
    return [
      row(`process tree resident after ${photos} photos`, plain.resident, 'MB', LIMITS.resident),
      row('  of it the parent', plain.parent, 'MB'),
      row('  of it the vision process', plain.child, 'MB'),
      row('  the same with shared pages counted once', plain.proportional, 'MB'),
      row('growth over the last half', plain.growthOverLastHalf, 'MB', LIMITS.growth),
      row(`with every tenth of 12 MP: resident after ${photos}`, mixed.resident, 'MB'),
      row('  highest after any photo', mixed.highest, 'MB'),
      row('  sum of both processes’ peaks', mixed.peak, 'MB', LIMITS.peak),
      row('  growth over the last half', mixed.growthOverLastHalf, 'MB', LIMITS.growth),
      row('tensors leaked', plain.tensorsLeaked + mixed.tensorsLeaked, 'count', 0),
    ];
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** From the call to the engine being ready, in fresh processes. */
export async function benchStart(section: string, folder: string, rounds: number): Promise<Row[]> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    times.push((await inProcess([folder, '', '', '0'])).readyMilliseconds);
  }
  return [
    { section, name: 'start to ready', value: median(times), unit: 'ms', limit: LIMITS.start },
    {
      section,
      name: 'the first, with compiling',
      value: await firstStart(folder),
      unit: 'ms',
      limit: LIMITS.firstStart,
    },
  ];
}

/** From the call to the engine being ready, of a model that was never compiled. */
async function firstStart(folder: string): Promise<number> {
  const copy = await mkdtemp(join(tmpdir(), 'sorot-bench-'));
  try {
    await cp(folder, copy, { recursive: true });
    // Other bytes with the same meaning, so that what was compiled at build time is not found.
    await appendFile(join(copy, 'model.json'), '\n');
    const cache = { SOROT_CACHE_DIR: join(copy, 'cache') };
    return (await inProcess([copy, '', '', '0'], cache)).readyMilliseconds;
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
