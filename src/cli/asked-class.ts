import { VisionError } from '../vision/errors.js';
import type { Prediction } from '../vision/engine.js';
import { matchClass } from '../vision/model/class-query.js';
import type { ClassQuery } from '../vision/model/class-query.js';
import { labelOf } from '../vision/model/classifier.js';
import type { Classifier } from '../vision/model/classifier.js';

function refusal(message: string): VisionError {
  return new VisionError('invalid-argument', message);
}

/**
 * The index of the class a query means in this prediction.
 *
 * @throws VisionError `invalid-argument`, with the range of ranks or the nearest labels.
 */
export function askedClass(query: ClassQuery, { classes }: Prediction, classifier: Classifier): number {
  const count = classes.length;
  const match = matchClass(query, count, classifier);
  switch (match.found) {
    case 'index':
      return match.index;
    case 'rank': {
      const ranked = classes[match.rank - 1];
      if (ranked === undefined) throw refusal(`There is no rank ${match.rank}.`);
      return ranked.index;
    }
    case 'no-rank':
      throw refusal(`There is no rank ${match.rank}: ranks go from 1 to ${count}.`);
    case 'no-index':
      throw refusal(`There is no class #${match.index}: they go from #0 to #${count - 1}.`);
    case 'no-label': {
      if (match.near.length === 0) {
        throw refusal(`This model has no labels: ask by rank (2) or by class index (#0).`);
      }
      const list = match.near.map((index) => labelOf(classifier, index)).join(', ');
      throw refusal(`There is no label "${match.label}". The nearest are: ${list}.`);
    }
  }
}
