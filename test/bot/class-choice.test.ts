import { describe, expect, it } from 'vitest';
import type { ModelFacts, Prediction } from '../../src/analysis/service.js';
import { atRank, choiceAfterCommand, choiceInText } from '../../src/bot/class-choice.js';
import { catalogueOf } from '../../src/bot/messages/index.js';
import { Vocabulary } from '../../src/vision/model/class-query.js';
import type { Understanding } from '../../src/vision/model/class-query.js';
import type { ClassOrGroup } from '../../src/vision/model/classifier.js';
import { toLabel } from '../../src/vision/model/labels.js';

const LABELS = [
  { en: 'cat', id: 'kucing' },
  { en: 'dog', id: 'anjing' },
  { en: 'polar bear', id: 'beruang kutub' },
].map(toLabel);

const vocabulary = new Vocabulary({ labels: LABELS, groups: [] }, LABELS.length);

const model = {
  classes: LABELS.length,
  nameOf: ({ index }: ClassOrGroup) => LABELS[index]?.names.en ?? '',
  probabilityOf: (probabilities: Float32Array, { index }: ClassOrGroup) => probabilities[index] ?? 0,
  find: (text: string, understanding?: Understanding) => vocabulary.find(text, understanding),
} as unknown as ModelFacts;

/** The second class first, then the third, then the first; only one of them listed. */
const prediction = {
  answer: { type: 'class', about: { type: 'class', index: 1, probability: 0.6 } },
  top: [{ type: 'class', index: 1, probability: 0.6 }],
  probabilities: Float32Array.of(0.1, 0.6, 0.3),
} as unknown as Prediction;

function chosen(argument: string): number | string {
  const choice = choiceAfterCommand(model, catalogueOf('en'), argument);
  if ('sentence' in choice) return choice.sentence;
  const { type, index } = choice.choose(prediction);
  return type === 'class' ? index : type;
}

describe('what stands after /explain', () => {
  it.each([
    ['', 1],
    ['1', 1],
    ['2', 2],
    ['3', 0],
    ['#0', 0],
    ['DOG', 1],
    ['a dog', 1],
    ['beruang kutub', 2],
  ])('"%s" is class %i', (argument, index) => {
    expect(chosen(argument)).toBe(index);
  });

  it.each([
    ['0', /from 1 to 3/],
    ['4', /from 1 to 3/],
    ['#3', /#0 to #2/],
    ['zebra', /^I don’t know “zebra”\. All I know: \/labels$/],
    ['kuccin', /^I don’t know “kuccin”\. Did you mean cat\? All I know/],
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
    ['a dog', 1],
    ['dogs', 1],
    ['kucing', 0],
    ['2', 2],
    ['#0', 0],
  ])('"%s" means class %i', (text, index) => {
    expect(choiceInText(model, text)?.(prediction)).toMatchObject({ type: 'class', index });
  });

  // The last one would be read as the rank 1.
  it.each(['thanks', 'my dog', 'doge', 'polar', '9', '#9', '', '1'.padStart(4000, '0')])('"%s" means none', (text) => {
    expect(choiceInText(model, text)).toBeNull();
  });
});
