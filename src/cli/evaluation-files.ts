import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { evaluationPage } from '../evaluation/page.js';
import type { Evaluation } from '../evaluation/report.js';
import { VisionError } from '../vision/vision-error.js';

/** @throws VisionError `invalid-argument` for a folder that is not there and cannot be made. */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    const message = `There is no folder "${folder}", and it cannot be made.`;
    throw new VisionError('invalid-argument', message, { cause: error });
  });
}

/**
 * Writes `evaluation.json` and `evaluation.html` into a folder.
 *
 * @returns their paths
 * @throws VisionError `invalid-argument` where they cannot be written.
 */
export async function writeEvaluation(folder: string, evaluation: Evaluation): Promise<string[]> {
  const files = {
    'evaluation.json': `${JSON.stringify(evaluation.report, null, 1)}\n`,
    'evaluation.html': await evaluationPage(evaluation),
  };
  const paths: string[] = [];
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await writeFile(path, content).catch((error: unknown) => {
      throw new VisionError('invalid-argument', `"${path}" cannot be written.`, { cause: error });
    });
    paths.push(path);
  }
  return paths;
}
