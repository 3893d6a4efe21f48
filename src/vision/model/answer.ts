import { membersOf } from './classifier.js';
import type { Classifier, ClassOrGroup } from './classifier.js';

/** A class or a kind with its probability, 0..1. */
export type Likely = ClassOrGroup & { readonly probability: number };

/** What people are told of a photo: the most special thing the model is sure of. */
export interface Answer {
  readonly type: 'class' | 'group' | 'not-sure';
  /** The class or the kind; the likeliest class where the model is not sure. */
  readonly about: Likely;
}

/** The least positive number of 32 bits that is stored in full: smaller probabilities have no logarithm to speak of. */
const SMALLEST = 2 ** -126;

/** Scores that differ by less are equal: they come from probabilities of 32 bits. */
const ROUNDING = 1e-6;

/** So many of the likeliest classes, all by default, likeliest first; equal ones in the model's order. */
export function likeliestClasses(probabilities: Float32Array, howMany = probabilities.length): Likely[] {
  // Numbers alone are sorted ten times as fast as what describes them, and of a thousand classes three are shown.
  const least = probabilities.toSorted().at(-howMany) ?? -Infinity;
  const likely: Likely[] = [];
  for (const [index, probability] of probabilities.entries())
    if (probability >= least) likely.push({ type: 'class', index, probability });
  return likely.sort((a, b) => b.probability - a.probability || a.index - b.index).slice(0, howMany);
}

/** A class's probability, or the sum of those of a kind's members. */
export function probabilityOf(probabilities: Float32Array, classifier: Classifier, about: ClassOrGroup): number {
  const sum = membersOf(classifier, about).reduce((total, index) => total + (probabilities[index] ?? 0), 0);
  // Sums of rounded shares may come out above one.
  return Math.min(sum, 1);
}

/** The one with the most, the first of equals; null of none. */
function largest<T>(items: readonly T[], measure: (item: T) => number): T | null {
  return items.reduce<T | null>((best, item) => (best === null || measure(item) > measure(best) ? item : best), null);
}

/** The index of the likeliest class. */
function likeliestClass(probabilities: Float32Array): number {
  return probabilities.reduce((best, p, index) => (p > (probabilities[best] ?? -Infinity) ? index : best), 0);
}

/** A kind and those around it, innermost first. */
function withThoseAround(innermost: number, { groups }: Classifier): number[] {
  const way: number[] = [];
  for (let at: number | null = innermost; at !== null; at = groups[at]?.parent ?? null) way.push(at);
  return way;
}

/**
 * How many standard deviations the largest score stands above the mean of all: a picture of nothing the model knows
 * gives scores that are much alike, however sure the softmax makes one of them (after the standardised maximum logit of
 * Jung et al., ICCV 2021). Scores come back from probabilities up to a factor and a summand, which it does not see.
 */
function standardScore(probabilities: Float32Array): number {
  const scores = new Float64Array(probabilities).map((p) => Math.log(Math.max(p, SMALLEST)));
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length;
  const largestScore = scores.reduce((most, score) => Math.max(most, score), -Infinity);
  const deviation = Math.sqrt(variance);
  return deviation > ROUNDING ? (largestScore - mean) / deviation : 0;
}

/** What a prediction comes to: the answer, and the kinds behind it. */
export interface Conclusion {
  readonly answer: Answer;
  /** The likeliest innermost kind first, then those around it; empty for a model without kinds. */
  readonly groups: readonly Likely[];
}

/**
 * The most special thing that reaches the classifier's thresholds: the likeliest class, else the likeliest kind with
 * none within it that reaches its own, else nothing. Nothing is reached where no score stands out.
 *
 * @param probabilities one a class, adding up to one where the classifier has kinds.
 */
export function conclude(probabilities: Float32Array, classifier: Classifier): Conclusion {
  const { groups, threshold } = classifier;
  const standsOut = standardScore(probabilities) >= classifier.standardScore;
  const likely = (type: 'class' | 'group', index: number): Likely => ({
    type,
    index,
    probability: probabilityOf(probabilities, classifier, { type, index }),
  });
  const first = likely('class', likeliestClass(probabilities));
  const kinds = groups.map((_, index) => likely('group', index));
  const reaching = kinds.filter(({ probability }) => standsOut && probability >= threshold.group);
  const innermostReaching = reaching.filter(
    ({ index }) => !reaching.some((other) => groups[other.index]?.parent === index),
  );
  const answered = largest(innermostReaching, ({ probability }) => probability);

  const answer = answerOf(first, answered, standsOut && first.probability >= threshold.class);
  // The answer and the kinds must agree. By a kind's own classes, for the kinds around hold more.
  const agreeing = kinds.filter(({ index }) => agrees(answer, index, classifier));
  const innermost = largest(agreeing.length === 0 ? kinds : agreeing, ({ index }) =>
    (groups[index]?.own ?? []).reduce((sum, each) => sum + (probabilities[each] ?? 0), 0),
  );
  const around = innermost === null ? [] : withThoseAround(innermost.index, classifier);
  return { answer, groups: around.flatMap((index) => kinds[index] ?? []) };
}

/** Whether a kind can be the innermost one of an answer: it holds the class, or lies within the kind. */
function agrees({ type, about }: Answer, group: number, classifier: Classifier): boolean {
  switch (type) {
    case 'class':
      return classifier.groups[group]?.own.includes(about.index) === true;
    case 'group':
      return withThoseAround(group, classifier).includes(about.index);
    case 'not-sure':
      return true;
  }
}

/**
 * Whether an answer leaves room for doubt about a class or a kind: always where the model is not sure, and where it is
 * sure of a kind only, about everything that does not reach its threshold.
 */
export function isUnsureOf({ type }: Answer, about: Likely, { threshold }: Classifier): boolean {
  if (type === 'not-sure') return true;
  return type === 'group' && about.probability < threshold[about.type];
}

function answerOf(first: Likely, group: Likely | null, isSureOfClass: boolean): Answer {
  if (isSureOfClass) return { type: 'class', about: first };
  return group === null ? { type: 'not-sure', about: first } : { type: 'group', about: group };
}
