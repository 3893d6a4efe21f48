import { AnalysisError } from '../analysis/reasons.js';
import type { ModelFacts, Prediction } from '../analysis/service.js';
import { MAX_ARGUMENT } from './addressing.js';
import type { Catalogue } from './messages/catalogue.js';

/** Which class to explain, once the prediction is known. */
export type ClassChoice = (prediction: Prediction) => number;

/**
 * The class at a rank, counted from one; any rank, also beyond those a prediction lists.
 *
 * @throws AnalysisError `crashed`, from the choice, where the model has fewer classes.
 */
export function atRank(rank: number): ClassChoice {
  return ({ top, probabilities }) => {
    const listed = top[rank - 1];
    if (listed !== undefined) return listed.index;
    const order = Array.from(probabilities.keys()).sort(
      (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b,
    );
    const index = order[rank - 1];
    if (index === undefined) throw new AnalysisError('crashed', `There is no rank ${rank}.`);
    return index;
  };
}

/** The class that the words after `/explain` mean, the first where there are none, or why they mean none, as HTML. */
export function choiceAfterCommand(
  model: ModelFacts,
  words: Catalogue,
  argument: string,
): { readonly choose: ClassChoice } | { readonly sentence: string } {
  if (argument === '') return { choose: atRank(1) };
  const match = model.classNamed(argument);
  switch (match.found) {
    case 'index':
      return { choose: () => match.index };
    case 'rank':
      return { choose: atRank(match.rank) };
    case 'no-rank':
      return { sentence: words.unknownRank(match.rank, model.classes) };
    case 'no-index':
      return { sentence: words.unknownIndex(match.index, model.classes) };
    case 'no-label': {
      const near = match.near.map((index) => model.labelOf(index, words.language));
      return { sentence: words.unknownLabel(match.label, near) };
    }
  }
}

/** The class that a bare text such as "dog" or "2" means; null for any other text. */
export function choiceInText(model: ModelFacts, text: string): ClassChoice | null {
  // Every other text in a group may be a reply to the bot, and comparing a long one with a thousand labels takes time.
  if (text.length > MAX_ARGUMENT) return null;
  const match = model.classNamed(text);
  if (match.found === 'index') return () => match.index;
  return match.found === 'rank' ? atRank(match.rank) : null;
}
