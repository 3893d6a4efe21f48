import { readFile } from 'node:fs/promises';
import { Engine } from '#sorot/vision/engine.js';
import { PRECISION_CHOICES } from '#sorot/vision/int8/precision-choice.js';
import { residentOf } from './resident.js';
import type { Resident } from './resident.js';

/**
 * The process tree as the bot has it: this parent, which holds nothing but the engine's handle, and the vision
 * process. Run with the model's folder, the photos' files, a count and a precision; answers with one JSON line.
 */
const [folder = '', small = '', large = '', count = '200', asked = 'float32'] = process.argv.slice(2);

async function tree(pid: number): Promise<Resident & { parent: number; child: number }> {
  const [parent, child] = [await residentOf(process.pid), await residentOf(pid)];
  return {
    parent: parent.resident,
    child: child.resident,
    resident: parent.resident + child.resident,
    peak: parent.peak + child.peak,
    proportional: parent.proportional + child.proportional,
  };
}

const started = performance.now();
const precision = PRECISION_CHOICES.find((each) => each === asked) ?? 'float32';
const engine = await Engine.start({ model: folder, name: 'bench', precision });
const ready = performance.now() - started;
const total = Number(count);
const after: number[] = [];
let highest = 0;
const tensorsBefore = (await engine.stats()).tensors;
for (let photo = 0; photo < total; photo++) {
  const bytes = await readFile(photo % 10 === 9 && large !== '' ? large : small);
  const key = `photo-${photo}`;
  const prediction = await engine.predict({ key, bytes });
  await engine
    .explain({ photo: { key }, class: prediction.probabilities.indexOf(Math.max(...prediction.probabilities)) })
    .catch(() => null);
  const { resident } = await tree(engine.info.pid);
  after.push(resident);
  highest = Math.max(highest, resident);
}
const stats = await engine.stats();
const end = await tree(engine.info.pid);
const half = after.slice(-Math.floor(total / 2));
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
process.stdout.write(
  JSON.stringify({
    readyMilliseconds: ready,
    ...end,
    highest,
    tensorsLeaked: stats.tensors - tensorsBefore,
    growthOverLastHalf: mean(half.slice(-20)) - mean(half.slice(0, 20)),
  }),
);
await engine.close();
