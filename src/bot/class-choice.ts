import { AnalysisError } from '../analysis/reasons.js';
import type { ModelFacts, Prediction } from '../analysis/service.js';
import { MAX_ARGUMENT } from '../limits.js';
import { likeliestClasses } from '../vision/model/answer.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import { askedInWords } from './asked-in-words.js';
import type { Audience, Catalogue } from './messages/catalogue.js';

/** Which class or kind to explain, once the prediction is known. */
export type ClassChoice = (prediction: Prediction) => ClassOrGroup;

/** What is explained, or why that is nothing, as HTML. */
export type Choice = { readonly choose: ClassChoice } | { readonly sentence: string };

/** Whether two name the same class or kind. */
export function isSame(a: ClassOrGroup, b: ClassOrGroup | null | undefined): boolean {
  return a.type === b?.type && a.index === b.index;
}

/** What people were told, or the likeliest class where that was "not sure". */
export const theAnswer: ClassChoice = ({ answer }) => answer.about;

/**
 * The class at a rank, counted from one.
 *
 * @throws AnalysisError `crashed`, from the choice, where the model has fewer classes.
 */
export function atRank(rank: number): ClassChoice {
  return ({ probabilities }) => {
    const ranked = likeliestClasses(probabilities, rank)[rank - 1];
    if (ranked === undefined) throw new AnalysisError('crashed', `There is no rank ${rank}.`);
    return ranked;
  };
}

/** Of everything that is called so, the likeliest in the picture. */
function likeliest(model: ModelFacts, of: readonly ClassOrGroup[]): ClassChoice {
  return ({ probabilities }) => {
    const ranked = of.map((about) => ({ about, probability: model.probabilityOf(probabilities, about) }));
    const [first] = ranked.sort((a, b) => b.probability - a.probability);
    if (first === undefined) throw new AnalysisError('crashed', 'Nothing is called so.');
    return first.about;
  };
}

/** The class or kind that the words after `/explain` mean, the answer where there are none, or why they mean none, as HTML. */
export function choiceAfterCommand(model: ModelFacts, words: Catalogue, argument: string): Choice {
  if (argument === '') return { choose: theAnswer };
  const match = model.find(argument);
  switch (match.found) {
    case 'named':
      return { choose: likeliest(model, match.of) };
    case 'rank':
      return { choose: atRank(match.rank) };
    case 'no-rank':
      return { sentence: words.unknownRank(match.rank, model.classes) };
    case 'no-index':
      return { sentence: words.unknownIndex(match.index, model.classes) };
    case 'no-name': {
      const near = match.near.map((about) => model.nameOf(about, words.language));
      return { sentence: words.unknownLabel(match.text, near) };
    }
  }
}

/**
 * What a reply to a photo, or to an answer about one, asks to see; null where it is talk. People in a group talk in
 * replies too: there it has to name something that the model knows, and nothing is said of what it does not.
 */
export function choiceInReply(model: ModelFacts, words: Catalogue, text: string, chat: Audience): Choice | null {
  if (text.length > MAX_ARGUMENT) return null;
  const { asks, names } = askedInWords(text);
  for (const name of asks || chat === 'private' ? [text, ...names] : [text]) {
    const match = model.find(name, 'close');
    if (match.found === 'named') return { choose: likeliest(model, match.of) };
    if (match.found === 'rank') return { choose: atRank(match.rank) };
  }
  if (!asks) return null;
  const [name] = names;
  if (name === undefined) return { choose: theAnswer };
  return chat === 'private' ? choiceAfterCommand(model, words, name) : null;
}
