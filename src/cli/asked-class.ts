import { VisionError } from '../vision/vision-error.js';
import { conclude, probabilityOf, likeliestClasses } from '../vision/model/answer.js';
import type { Vocabulary } from '../vision/model/class-query.js';
import { nameOf } from '../vision/model/classifier.js';
import type { Classifier, ClassOrGroup } from '../vision/model/classifier.js';

/** Which class or kind to explain, once the probabilities of a photo are known. */
export type Asked = (probabilities: Float32Array) => ClassOrGroup;

function refusal(message: string): VisionError {
  return new VisionError('invalid-argument', message);
}

/**
 * What `--class` means for a classifier; without it the answer.
 *
 * @throws VisionError `invalid-argument`, with the range of ranks or names like it.
 */
export function askedClass(
  text: string | undefined,
  vocabulary: Vocabulary,
  classifier: Classifier,
  count: number,
): Asked {
  if (text === undefined) return (probabilities) => conclude(probabilities, classifier).answer.about;
  const match = vocabulary.find(text);
  switch (match.found) {
    case 'named':
      return (probabilities) => {
        const chances = match.of.map((about) => ({ about, chance: probabilityOf(probabilities, classifier, about) }));
        const [likeliest] = chances.sort((a, b) => b.chance - a.chance);
        if (likeliest === undefined) throw refusal(`Nothing is called "${text}".`);
        return likeliest.about;
      };
    case 'rank':
      return (probabilities) => {
        const ranked = likeliestClasses(probabilities, match.rank)[match.rank - 1];
        if (ranked === undefined) throw refusal(`There is no rank ${match.rank}.`);
        return ranked;
      };
    case 'no-rank':
      throw refusal(`There is no rank ${match.rank}: ranks go from 1 to ${count}.`);
    case 'no-index':
      throw refusal(`There is no class #${match.index}: they go from #0 to #${count - 1}.`);
    case 'no-name': {
      if (classifier.labels.length === 0) {
        throw refusal(`This model has no labels: ask by a rank such as 2 or a class index such as '#0'.`);
      }
      const near = match.near.map((about) => `"${nameOf(classifier, about)}"`).join(' or ');
      const wayOut = near === '' ? '--json lists all classes.' : `Did you mean ${near}?`;
      throw refusal(`There is no class or kind "${match.text}". ${wayOut}`);
    }
  }
}
