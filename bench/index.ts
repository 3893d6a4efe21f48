import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Command, InvalidArgumentError } from 'commander';
import { DEFAULT_MODEL, findModel } from '#sorot/models.js';
import { benchBeside } from './beside.js';
import { benchBot } from './bot.js';
import { benchCompiling } from './compiling.js';
import { benchHead } from './heads.js';
import { benchHostile } from './hostile/rows.js';
import { benchInt8 } from './int8.js';
import { benchMemory, benchStart } from './memory.js';
import { median } from './measure.js';
import { writeMobileNetV2 } from './mobilenet-v2.js';
import { benchNewcomer } from './newcomer.js';
import { benchOwnModel } from './own-model.js';
import { benchPhotos } from './photos.js';
import { table } from './report.js';
import type { Row } from './report.js';
import { benchSaturation } from './saturation.js';
import { benchQueue, benchScale } from './scale.js';

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a number from 1 up.');
  return value;
}

const SECTIONS = [
  'forward',
  'int8',
  'heads',
  'photos',
  'bot',
  'saturation',
  'scale',
  'memory',
  'start',
  'compile',
  'own',
  'hostile',
  'newcomer',
] as const;

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

/** What each model is held to. */
const LIMITS = {
  photos: { mobilenet: { predict: 1.3, explain: 1.5 }, bundled: { predict: 1.25 } },
  memory: { resident: 330, proportional: 230 },
} as const;

/** With those that warm up, sent as photos and as files: a hundred photos, after which memory is looked at. */
const BUNDLED_ROUNDS = 42;

/** As many times as wide, MobileNetV2 has nearly as many weights as ResNet50. */
const LARGE = 3.1;

/** Fresh processes of the forward section: where memory happens to lie moves a WASM figure by a tenth. */
const PROCESSES = 3;

/** The forward section in fresh processes, each figure the median of theirs. */
async function forwardInProcesses(section: string, model: string, held: boolean): Promise<Row[]> {
  const script = fileURLToPath(new URL('./forward-process.js', import.meta.url));
  const rounds = Math.max(5, Math.ceil(options.rounds / 2));
  const runs: Row[][] = [];
  for (let run = 0; run < PROCESSES; run++) {
    const parameters = JSON.stringify({ section, folder: model, rounds, held });
    const { stdout } = await promisify(execFile)(process.execPath, [script, parameters]);
    runs.push(JSON.parse(stdout) as Row[]);
  }
  const [first = []] = runs;
  return first.map((row, index) => ({ ...row, value: median(runs.map((rows) => rows[index]?.value ?? NaN)) }));
}

const folder = await mkdtemp(join(tmpdir(), 'sorot-mobilenet-'));
const rows: Row[] = [];
try {
  const mobilenet = join(folder, 'mobilenet-v2');
  await writeMobileNetV2(mobilenet);
  const bundled = findModel(DEFAULT_MODEL).path;
  const report = (more: readonly Row[]): void => {
    rows.push(...more);
    process.stdout.write(`${table(more)}\n`);
  };
  if (wanted('start')) report(await benchStart(`Start, ${DEFAULT_MODEL}`, bundled, 7));
  if (wanted('compile')) {
    const large = join(folder, 'large');
    await writeMobileNetV2(large, LARGE);
    for (const [name, model] of Object.entries({ 'MobileNetV2-1.0-224': mobilenet, 'three times as wide': large })) {
      report(await benchCompiling(`Compiling, ${name}`, model, join(model, 'weights.bin')));
    }
  }
  if (wanted('memory')) report(await benchMemory('Memory, MobileNetV2-1.0-224', mobilenet, options.photos));
  if (wanted('photos')) {
    const { photos } = LIMITS;
    report(await benchPhotos('Photos, MobileNetV2-1.0-224', mobilenet, options.rounds, photos.mobilenet));
    report(await benchPhotos(`Photos, ${DEFAULT_MODEL}`, bundled, options.rounds, photos.bundled));
  }
  if (wanted('bot')) {
    report(await benchBot('Bot, MobileNetV2-1.0-224, over HTTP', mobilenet, options.rounds));
    report(await benchBot(`Bot, ${DEFAULT_MODEL}, over HTTP`, bundled, BUNDLED_ROUNDS, LIMITS.memory));
  }
  if (wanted('saturation')) report(await benchSaturation(`Saturated, ${DEFAULT_MODEL}`, bundled, options.photos));
  if (wanted('scale')) {
    report(await benchScale(`Workers on Redis, ${DEFAULT_MODEL}`, bundled, options.photos));
    report(await benchQueue(`Queue on Redis, ${DEFAULT_MODEL}`, bundled, options.rounds));
  }
  if (wanted('forward')) {
    report(await forwardInProcesses('Network, MobileNetV2-1.0-224', mobilenet, true));
    report(await forwardInProcesses(`Network, ${DEFAULT_MODEL}`, bundled, false));
    report(
      await benchBeside(`Network, ${DEFAULT_MODEL} beside MobileNetV2-1.0-224`, bundled, mobilenet, options.rounds),
    );
  }
  if (wanted('int8')) report(await benchInt8(`int8, ${DEFAULT_MODEL}`, bundled, options.rounds, options.photos));
  if (wanted('heads')) {
    for (const model of [mobilenet, bundled, ...(options.models ?? [])]) {
      report(await benchHead(`Head, ${basename(model)}`, model, options.rounds));
    }
  }
  if (wanted('own')) report(await benchOwnModel('Your own model: two commands, with nothing compiled before'));
  if (wanted('hostile')) report(await benchHostile('Hostile models: sorot model add refuses them'));
  if (wanted('newcomer')) report(await benchNewcomer('Newcomer: two commands and a click, in a fresh clone'));
  const machine = { processor: cpus()[0]?.model ?? '', cores: cpus().length, node: process.version };
  await writeFile(options.out, `${JSON.stringify({ machine, rows }, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = rows.some(({ value, limit }) => limit !== undefined && !(value <= limit)) ? 1 : 0;
