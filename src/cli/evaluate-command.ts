import { evaluate } from '../evaluation/evaluate.js';
import type { Watcher } from '../evaluation/watching.js';
import type { EvaluateArguments } from './arguments.js';
import { Progress } from './progress.js';
import { engineOptions } from './engine-options.js';
import { prepareFolder, writeEvaluation } from './evaluation-files.js';
import { evaluationText } from './evaluation-text.js';
import { sayWarnings } from './note-text.js';
import { print, say } from './output.js';

/** Files named on stderr at most; the rest are counted. */
const MOST_NAMED = 10;

/** How far it is, where a person watches, and the files that were left out. */
class TerminalWatcher implements Watcher {
  readonly noted = sayWarnings;
  readonly #progress = new Progress();
  readonly #named: string[] = [];
  #refused = 0;
  #total = 0;
  #done = 0;

  total(steps: number): void {
    this.#total = steps;
  }

  done(steps: number): void {
    this.#done += steps;
    this.#progress.show(this.#done, this.#total);
  }

  refused(file: string, message: string): void {
    this.#refused += 1;
    if (this.#named.length < MOST_NAMED) this.#named.push(`${file}: ${message}`);
  }

  /** Takes the bar away and names what was left out. */
  end(): number {
    this.#progress.end();
    this.#named.forEach(say);
    if (this.#refused > MOST_NAMED) say(`and ${this.#refused - MOST_NAMED} more files were left out`);
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
      compared: given.compare ?? [],
      withPictures: given.out !== undefined,
      seed: given.seed,
    },
    watcher,
  ).finally(() => {
    refused = watcher.end();
  });
  const written = given.out === undefined ? [] : await writeEvaluation(given.out, evaluation);
  if (given.json === true) {
    await print(`${JSON.stringify(evaluation.report)}\n`);
  } else {
    const paths = written.map((path) => `Written: ${path}\n`).join('');
    await print(`${evaluationText(evaluation.report)}${paths === '' ? '' : `\n${paths}`}`);
  }
  return refused === 0 ? 0 : 1;
}
