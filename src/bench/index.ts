import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_MODEL, findModel } from '../cli/models.js';
import { benchForward } from './forward.js';
import { benchHead } from './heads.js';
import { benchMemory, benchStart } from './memory.js';
import { writeMobileNetV2 } from './mobilenet-v2.js';
import { benchPhotos } from './photos.js';
import { table } from './report.js';
import type { Row } from './report.js';

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a number from 1 up.');
  return value;
}

const SECTIONS = ['forward', 'heads', 'photos', 'memory', 'start'] as const;

const program = new Command('bench')
  .description('Measures Sorot beside stock TensorFlow.js in one run: ratios hold on any machine, milliseconds do not.')
  .option('--rounds <n>', 'counted rounds of each timing', positive, 40)
  .option('--photos <n>', 'photos of the memory runs', positive, 200)
  .option('--only <section...>', `among ${SECTIONS.join(', ')}`)
  .option('--models <folder...>', 'more models, whose heads are timed')
  .option('--out <file>', 'where the figures go as JSON', 'bench.json')
  .parse();
const options = program.opts<{ rounds: number; photos: number; only?: string[]; models?: string[]; out: string }>();
const wanted = (section: (typeof SECTIONS)[number]): boolean => options.only?.includes(section) ?? true;

const folder = await mkdtemp(join(tmpdir(), 'sorot-mobilenet-'));
const rows: Row[] = [];
try {
  const mobilenet = join(folder, 'mobilenet-v2');
  await writeMobileNetV2(mobilenet);
  const bundled = (await findModel(DEFAULT_MODEL)).folder;
  const report = (more: readonly Row[]): void => {
    rows.push(...more);
    process.stdout.write(`${table(more)}\n`);
  };
  if (wanted('start')) report(await benchStart(`Start, ${DEFAULT_MODEL}`, bundled, 7));
  if (wanted('memory')) report(await benchMemory('Memory, MobileNetV2-1.0-224', mobilenet, options.photos));
  if (wanted('photos')) {
    report(await benchPhotos('Photos, MobileNetV2-1.0-224', mobilenet, options.rounds, true));
    report(await benchPhotos(`Photos, ${DEFAULT_MODEL}`, bundled, options.rounds, false));
  }
  if (wanted('forward')) {
    report(await benchForward('Network, MobileNetV2-1.0-224', mobilenet, options.rounds, true));
    report(await benchForward(`Network, ${DEFAULT_MODEL}`, bundled, options.rounds, false));
  }
  if (wanted('heads')) {
    for (const model of [mobilenet, bundled, ...(options.models ?? [])]) {
      report(await benchHead(`Head, ${basename(model)}`, model, options.rounds));
    }
  }
  const machine = { processor: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
  await writeFile(options.out, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = rows.some(({ value, limit }) => limit !== undefined && !(value <= limit)) ? 1 : 0;
