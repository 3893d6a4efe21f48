import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { likeliestClasses } from '#sorot/vision/model/answer.js';
import { VisionSession } from '#sorot/vision/session.js';
import type { SessionOptions } from '#sorot/vision/session-messages.js';
import { LEGEND } from './pictures.js';

/**
 * Nothing but decoding, forward pass and drawing, photo after photo; beside it, in other processes, a load that takes so
 * many milliseconds of the processor for each. Told in one argument what to open, the files and the load; answers with
 * the milliseconds of all but the first ones, which warm up, and with those of the processor, without the load's.
 */
const [argument = '{}'] = process.argv.slice(2);
const { session, files, warmUp, besideMs } = JSON.parse(argument) as {
  session: SessionOptions;
  files: readonly string[];
  warmUp: number;
  besideMs: number;
};
/** As many as there are cores: one after the other in one process would hold up what runs side by side. */
const loads = Array.from({ length: besideMs > 0 ? cpus().length : 0 }, () =>
  fork(fileURLToPath(new URL('./load-process.js', import.meta.url)), [String(besideMs)]),
);
const opened = await VisionSession.open(session);
let started = performance.now();
let used = process.cpuUsage();
for (const [index, file] of files.entries()) {
  if (index === warmUp) [started, used] = [performance.now(), process.cpuUsage()];
  const { probabilities } = await opened.predict({ key: file, bytes: await readFile(file) });
  const [best] = likeliestClasses(probabilities, 1);
  if (best === undefined) throw new Error('The model has no classes.');
  await opened.explain({ photo: { key: file }, class: best.index, legend: LEGEND });
  loads[index % loads.length]?.send('photo');
}
const { user, system } = process.cpuUsage(used);
const ended = loads.map((load) => once(load, 'exit'));
for (const load of loads) load.send('last');
await Promise.all(ended);
process.stdout.write(JSON.stringify({ wall: performance.now() - started, processor: (user + system) / 1000 }));
