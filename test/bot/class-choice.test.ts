import { describe, expect, it } from 'vitest';
import type { ModelFacts, Prediction } from '../../src/analysis/service.js';
import { atRank, choiceAfterCommand, choiceInReply } from '../../src/bot/class-choice.js';
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
    ['0', /guesses 1 to 3/],
    ['4', /guesses 1 to 3/],
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

/** The class that a reply means, the start of what it is told, or null where it is talk. */
function meant(text: string, chat: 'private' | 'group'): number | string | null {
  const choice = choiceInReply(model, catalogueOf('en'), text, chat);
  if (choice === null) return null;
  if ('sentence' in choice) return choice.sentence;
  return choice.choose(prediction).index;
}

/** The first is the answer, as prediction has it; then the ranks. */
const [FIRST, SECOND, THIRD] = [1, 2, 0];
const [CAT, DOG, POLAR_BEAR] = [0, 1, 2];

describe('a reply, wherever it stands', () => {
  it.each([
    ['dog', DOG],
    ['a dog', DOG],
    ['dogs', DOG],
    ['kucing', CAT],
    ['2', SECOND],
    ['#0', 0],
    ['why?', FIRST],
    ['Why', FIRST],
    ['how come?', FIRST],
    ['what is this?', FIRST],
    ['kenapa?', FIRST],
    ['kok bisa?', FIRST],
    ['apa ini?', FIRST],
    ['ini apa ya', FIRST],
    ['jelaskan dong', FIRST],
    ['why dog?', DOG],
    ['Why the polar bear?!', POLAR_BEAR],
    ['is it a cat?', CAT],
    ['why not a cat', CAT],
    ['what about the polar bear', POLAR_BEAR],
    ['show me the cat', CAT],
    ["where's the dog in this photo?", DOG],
    ['kenapa anjing?', DOG],
    ['kenapa kucing', CAT],
    ['kok bukan kucing?', CAT],
    ['tunjukkan kucingnya', CAT],
    ['mana beruang kutubnya?', POLAR_BEAR],
    ['apakah ini anjing?', DOG],
    ['number 2', SECOND],
    ['no. 2', SECOND],
    ['nomor 2', SECOND],
    ['foto 3', THIRD],
    ['the second one', SECOND],
    ['explain the second one', SECOND],
    ['why the 3rd guess?', THIRD],
    ['yang kedua', SECOND],
    ['kenapa yang ketiga?', THIRD],
    ['tebakan ke-2', SECOND],
    ['nomor satu', FIRST],
  ])('"%s" means class %i', (text, index) => {
    expect([meant(text, 'private'), meant(text, 'group')]).toEqual([index, index]);
  });

  // The last one would be read as the rank 1.
  it.each(['thanks', 'my dog', 'doge', 'polar', 'no', 'lucu banget', '?', '', '1'.padStart(4000, '0')])(
    '"%s" is talk',
    (text) => {
      expect([meant(text, 'private'), meant(text, 'group')]).toEqual([null, null]);
    },
  );
});

describe('a reply in a private chat, but not in a group,', () => {
  it.each([
    ['9', /guesses 1 to 3/],
    ['yang kelima', /guesses 1 to 3/],
    ['why zebra?', /^I don’t know “zebra”\. All I know: \/labels$/],
    ['kenapa kuccin?', /^I don’t know “kuccin”\. Did you mean cat\? All I know/],
  ])('"%s" has a sentence', (text, sentence) => {
    expect(meant(text, 'private')).toMatch(sentence);
    expect(meant(text, 'group')).toBeNull();
  });

  it.each([
    ['the cat here', CAT],
    ['it’s a dog', DOG],
    ['anjingnya', DOG],
    ['why polar?', POLAR_BEAR],
  ])('"%s" means class %i', (text, index) => {
    expect([meant(text, 'private'), meant(text, 'group')]).toEqual([index, null]);
  });
});
