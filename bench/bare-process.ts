import { readFile } from 'node:fs/promises';
import { rankedClasses } from '#sorot/vision/model/answer.js';
import { VisionSession } from '#sorot/vision/session.js';
import type { SessionOptions } from '#sorot/vision/session-messages.js';
import { LEGEND } from './pictures.js';

/**
 * Nothing but decoding, forward pass and drawing, photo after photo. Told in one argument what to open and the files;
 * answers with the milliseconds of all but the first ones, which warm up.
 */
const [argument = '{}'] = process.argv.slice(2);
const { session, files, warmUp } = JSON.parse(argument) as {
  session: SessionOptions;
  files: readonly string[];
  warmUp: number;
};
const opened = await VisionSession.open(session);
let started = 0;
for (const [index, file] of files.entries()) {
  if (index === warmUp) started = performance.now();
  const { probabilities } = await opened.predict({ key: file, bytes: await readFile(file) });
  const [best] = rankedClasses(probabilities);
  if (best === undefined) throw new Error('The model has no classes.');
  await opened.explain({ photo: { key: file }, class: best.index, legend: LEGEND });
}
process.stdout.write(String(performance.now() - started));
