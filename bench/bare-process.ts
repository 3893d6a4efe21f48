import { readFile } from 'node:fs/promises';
import { likeliestClasses } from '#sorot/vision/model/answer.js';
import { VisionSession } from '#sorot/vision/session.js';
import type { SessionOptions } from '#sorot/vision/session-messages.js';
import { LEGEND } from './pictures.js';

/**
 * Nothing but decoding, forward pass and drawing, photo after photo. Told in one argument what to open and the files;
 * answers with the milliseconds of all but the first ones, which warm up, and with those of the processor.
 */
const [argument = '{}'] = process.argv.slice(2);
const { session, files, warmUp } = JSON.parse(argument) as {
  session: SessionOptions;
  files: readonly string[];
  warmUp: number;
};
const opened = await VisionSession.open(session);
let started = performance.now();
let used = process.cpuUsage();
for (const [index, file] of files.entries()) {
  if (index === warmUp) [started, used] = [performance.now(), process.cpuUsage()];
  const { probabilities } = await opened.predict({ key: file, bytes: await readFile(file) });
  const [best] = likeliestClasses(probabilities, 1);
  if (best === undefined) throw new Error('The model has no classes.');
  await opened.explain({ photo: { key: file }, class: best.index, legend: LEGEND });
}
const { user, system } = process.cpuUsage(used);
process.stdout.write(JSON.stringify({ wall: performance.now() - started, processor: (user + system) / 1000 }));
