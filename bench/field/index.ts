import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { sharp } from '#sorot/vision/image/sharp.js';
import { NO_CHOICE } from '#sorot/vision/model/choice.js';
import { compiledModel } from '#sorot/vision/model/compiled-store.js';
import { openModel } from '#sorot/vision/model/source.js';
import { writeMobileNetV2 } from '../mobilenet-v2.js';
import { madePhoto } from '../pictures.js';
import { entriesFor } from './entries.js';
import { measure } from './measuring.js';
import type { Photos } from './measuring.js';
import { tables } from './table.js';

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a number from 1 up.');
  return value;
}

const options = new Command('field')
  .description(
    'Measures what makes heatmaps side by side in one run: the same network, weights and photos, one thread each. Python’s packages, several gigabytes, are installed once, in ~/.cache/sorot-field or SOROT_FIELD_DIR.',
  )
  .option('--rounds <n>', 'counted rounds of each timing', positive, 40)
  .option('--starts <n>', 'starts of each', positive, 3)
  .option('--only <word...>', 'those whose name holds one of these words')
  .parse()
  .opts<{ rounds: number; starts: number; only?: string[] }>();

/** Photos, in turn: what one leaves in a cache serves nobody twice in a row. */
const PHOTOS = 3;

/** What the network sees. */
const SIDE = 224;

async function writePhotos(folder: string): Promise<Photos> {
  const photos = { large: [] as string[], small: [] as string[] };
  for (let index = 0; index < PHOTOS; index++) {
    const photo = await madePhoto(1280, 960, index + 1);
    const [large, small] = [join(folder, `${index}.jpg`), join(folder, `${index}.png`)];
    await writeFile(large, photo);
    // Of the network's own size and without loss: nobody resizes it, so that only what is computed can differ.
    await sharp(photo).resize(SIDE, SIDE, { fit: 'fill' }).png().toFile(small);
    photos.large.push(large);
    photos.small.push(small);
  }
  return photos;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const folder = await mkdtemp(join(tmpdir(), 'sorot-field-'));
try {
  const model = join(folder, 'mobilenet-v2');
  await writeMobileNetV2(model);
  // Before, as the build does for what is in models/.
  await compiledModel(await openModel(model), NO_CHOICE);
  const everybody = await entriesFor(model, say);
  const entries = everybody.filter(({ name }) => options.only?.some((word) => name.includes(word)) ?? true);
  const measured = await measure(entries, await writePhotos(folder), options, say);
  const machine = `${cpus()[0]?.model ?? ''}, ${cpus().length} cores, Node ${process.version}`;
  process.stdout.write(`${machine}; MobileNetV2-1.0-224, ${options.rounds} rounds\n\n${tables(measured)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
