import { isatty } from 'node:tty';
import colours from 'picocolors';
import { evaluate } from '../evaluation/evaluate.js';
import type { Watcher } from '../evaluation/watching.js';
import { isWarning } from '../vision/model/notes.js';
import type { ModelNote } from '../vision/model/notes.js';
import type { EvaluateArguments } from './arguments.js';
import { Progress } from './progress.js';
import { engineOptions } from './engine-options.js';
import { prepareFolder, writeEvaluation } from './evaluation-files.js';
import { evaluationText } from './evaluation-text.js';
import { noteText } from './note-text.js';
import { oneLine } from './one-line.js';

/** Files named on stderr at most; the rest are counted. */
const MOST_NAMED = 10;

/** How far it is, where a person watches, and the files that were left out. */
class TerminalWatcher implements Watcher {
  readonly #progress = new Progress();
  readonly #named: string[] = [];
  #refused = 0;
  #total = 0;
  #done = 0;

  noted(notes: readonly ModelNote[]): void {
    for (const note of notes.filter(isWarning)) process.stderr.write(`sorot: ${oneLine(noteText(note))}\n`);
  }

  total(steps: number): void {
    this.#total = steps;
  }

  done(steps: number): void {
    this.#done += steps;
    this.#progress.show(this.#done, this.#total);
  }

  refused(file: string, message: string): void {
    this.#refused += 1;
    if (this.#named.length < MOST_NAMED) this.#named.push(`sorot: ${oneLine(`${file}: ${message}`)}\n`);
  }

  /** Takes the bar away and names what was left out. */
  end(): number {
    this.#progress.end();
    process.stderr.write(this.#named.join(''));
    if (this.#refused > MOST_NAMED) process.stderr.write(`sorot: and ${this.#refused - MOST_NAMED} more files\n`);
    return this.#refused;
  }
}

/**
 * `sorot evaluate`: measures a model on photos whose class is known, prints tables or JSON, and writes JSON and a page
 * where a folder is given for them.
 *
 * @returns the exit code: 0 where every file was a picture, else 1.
 * @throws VisionError `invalid-argument` for folders and archives that do not fit, others where the model does not load.
 */
export async function evaluateModel(model: string, given: EvaluateArguments): Promise<number> {
  const engine = engineOptions(model, given);
  if (given.out !== undefined) await prepareFolder(given.out);
  const watcher = new TerminalWatcher();
  let refused = 0;
  const evaluation = await evaluate(
    {
      engine,
      data: given.data,
      none: given.none ?? null,
      heatmaps: given.heatmaps,
      withPictures: given.out !== undefined,
      seed: given.seed,
    },
    watcher,
  ).finally(() => {
    refused = watcher.end();
  });
  const written = given.out === undefined ? [] : await writeEvaluation(given.out, evaluation);
  if (given.json === true) {
    process.stdout.write(`${JSON.stringify(evaluation.report)}\n`);
  } else {
    const palette = colours.createColors(isatty(1) && (process.env['NO_COLOR'] ?? '') === '');
    const paths = written.map((path) => `Written: ${path}\n`).join('');
    process.stdout.write(`${evaluationText(evaluation.report, palette)}${paths === '' ? '' : `\n${paths}`}`);
  }
  return refused === 0 ? 0 : 1;
}
