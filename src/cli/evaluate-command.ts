import { evaluate } from '../evaluation/evaluate.js';
import type { EvaluateArguments } from './arguments.js';
import { engineOptions } from './engine-options.js';
import { prepareFolder, writeEvaluation } from './evaluation-files.js';
import { evaluationText } from './evaluation-text.js';
import { print } from './output.js';
import { TerminalWatcher } from './terminal-watcher.js';

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
