import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from './installation.js';
import { writeKeras2 } from './keras-h5.js';
import { median } from './measure.js';
import { mobileNetV2 } from './mobilenet-v2.js';
import { madePhoto } from './pictures.js';
import type { Row } from './report.js';

/** Milliseconds from a Keras file to the heatmap of a first photo. */
const LIMIT = 6000;

/** Times that somebody begins with it. */
const ROUNDS = 3;

/** The two commands that bring one's own model: it is added, and explains a photo. */
export async function benchOwnModel(section: string): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-own-'));
  try {
    const [model, photo] = [join(folder, 'mobilenet.h5'), join(folder, 'photo.jpg')];
    await writeKeras2(model, mobileNetV2());
    await writeFile(photo, await madePhoto(1280, 960));
    const times: { add: number; explain: number; peak: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const installation = await Installation.make(join(folder, String(round)));
      const add = await installation.sorot('model', 'add', model, '--range', '-1,1');
      const explain = await installation.sorot('explain', photo, '--model', 'mobilenet');
      for (const { code, stderr } of [add, explain]) if (code !== 0) throw new Error(stderr);
      times.push({ add: add.milliseconds, explain: explain.milliseconds, peak: Math.max(add.peak, explain.peak) });
    }
    const middle = (figure: (each: (typeof times)[number]) => number): number => median(times.map(figure));
    return [
      { section, name: 'the .h5 file', value: (await stat(model)).size / 2 ** 20, unit: 'MB' },
      { section, name: 'sorot model add', value: middle(({ add }) => add), unit: 'ms' },
      { section, name: 'the first sorot explain', value: middle(({ explain }) => explain), unit: 'ms' },
      { section, name: 'both', value: middle(({ add, explain }) => add + explain), unit: 'ms', limit: LIMIT },
      { section, name: 'all processes at their peak', value: middle(({ peak }) => peak), unit: 'MB' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
