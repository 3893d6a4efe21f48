import { describe, expect, it } from 'vitest';
import type { ModelFacts, Prediction } from '../../src/analysis/service.js';
import { atRank, choiceAfterCommand, choiceInText } from '../../src/bot/class-choice.js';
import { catalogueOf } from '../../src/bot/messages/index.js';
import { matchClass, parseClassQuery } from '../../src/vision/model/class-query.js';
import type { Classifier } from '../../src/vision/model/classifier.js';

const LABELS = [
  { en: 'cat', id: 'kucing' },
  { en: 'dog', id: 'anjing' },
  { en: 'polar bear', id: 'beruang kutub' },
];

const classifier = { labels: LABELS } as unknown as Classifier;

const model = {
  classes: LABELS.length,
  labelOf: (index: number) => LABELS[index]?.en ?? '',
  classNamed: (text: string) => matchClass(parseClassQuery(text), LABELS.length, classifier),
} as unknown as ModelFacts;

/** The second class first, then the third, then the first; only one of them listed. */
const prediction = {
  top: [{ index: 1, probability: 0.6 }],
  probabilities: Float32Array.of(0.1, 0.6, 0.3),
} as unknown as Prediction;

function chosen(argument: string): number | string {
  const choice = choiceAfterCommand(model, catalogueOf('en'), argument);
  return 'sentence' in choice ? choice.sentence : choice.choose(prediction);
}

describe('what stands after /explain', () => {
  it.each([
    ['', 1],
    ['1', 1],
    ['2', 2],
    ['3', 0],
    ['#0', 0],
    ['DOG', 1],
    ['beruang kutub', 2],
  ])('"%s" is class %i', (argument, index) => {
    expect(chosen(argument)).toBe(index);
  });

  it.each([
    ['0', /from 1 to 3/],
    ['4', /from 1 to 3/],
    ['#3', /#0 to #2/],
    ['dgo', /“dgo”.*dog/],
  ])('"%s" has a sentence', (argument, sentence) => {
    expect(chosen(argument)).toMatch(sentence);
  });

  it('is never a rank that the model does not have', () => {
    expect(() => atRank(4)(prediction)).toThrow(/no rank 4/);
  });
});

describe('a bare text', () => {
  it.each([
    ['dog', 1],
    ['kucing', 0],
    ['2', 2],
    ['#0', 0],
  ])('"%s" means class %i', (text, index) => {
    expect(choiceInText(model, text)?.(prediction)).toBe(index);
  });

  // The last one would be read as the rank 1.
  it.each(['thanks', 'a dog', '9', '#9', '', '1'.padStart(4000, '0')])('"%s" means none', (text) => {
    expect(choiceInText(model, text)).toBeNull();
  });
});
