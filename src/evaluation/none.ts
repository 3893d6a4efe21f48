import type { Engine } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import type { Source } from './picture-source.js';
import type { EvaluationReport, NoneOfKind } from './report.js';
import type { AnswerTally } from './answer-shares.js';
import { excusedOf, kindOfPicture } from './truth.js';
import { predictPicture } from './watching.js';
import type { Watcher } from './watching.js';

/**
 * Measures how often pictures of nothing the model knows are answered "not sure", or with a class that is true of them.
 *
 * @throws VisionError `invalid-argument` where none of the files is a picture.
 */
export async function measureNone(
  engine: Engine,
  source: Source,
  told: AnswerTally,
  watcher: Watcher,
): Promise<NonNullable<EvaluationReport['none']>> {
  const counts = new Map<string, { pictures: number; right: number }>();
  const all = { pictures: 0, right: 0 };
  for await (const picture of source.pictures()) {
    const predicted = await predictPicture(engine, picture, watcher);
    watcher.done(1);
    if (predicted === null) continue;
    const excused = excusedOf(picture.path, engine.info.classes);
    const right = told.addNone(predicted.prediction.probabilities, excused) ? 1 : 0;
    const kind = kindOfPicture(picture.path);
    const count = counts.get(kind) ?? { pictures: 0, right: 0 };
    counts.set(kind, { pictures: count.pictures + 1, right: count.right + right });
    all.pictures += 1;
    all.right += right;
  }
  if (all.pictures === 0) throw new VisionError('invalid-argument', `No file in "${source.name}" is a picture.`);
  const kinds = [...counts].map(([kind, { pictures, right }]): NoneOfKind => {
    return { kind, pictures, right: right / pictures };
  });
  return {
    pictures: all.pictures,
    right: all.right / all.pictures,
    kinds: kinds.sort((a, b) => a.kind.localeCompare(b.kind)),
  };
}
