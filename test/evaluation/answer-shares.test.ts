import { describe, expect, test } from 'vitest';
import { AnswerTally } from '../../src/evaluation/answer-shares.js';
import { petsAndBoat } from './classifiers.js';

const [CAT, DOG, BOAT] = [0, 1, 2] as const;

function tallyOf(threshold: number): AnswerTally {
  const tally = new AnswerTally(petsAndBoat(threshold));
  tally.add(Float32Array.of(0.7, 0.2, 0.1), CAT);
  tally.add(Float32Array.of(0.5, 0.4, 0.1), DOG);
  tally.add(Float32Array.of(0.5, 0.4, 0.1), BOAT);
  tally.add(Float32Array.of(0.3, 0.25, 0.45), BOAT);
  return tally;
}

const at = (tally: AnswerTally, threshold: number) =>
  tally.curve.find((point) => Math.abs(point.threshold - threshold) < 1e-9);

describe('what people are told', () => {
  test('is a class, a kind or "not sure", and a kind is right where it holds the class', () => {
    // At 0.6: cat (right), pet for the dog (right), pet for the boat (wrong), and not sure, for pets come to 0.55.
    expect(tallyOf(0.6).own).toEqual({ class: 0.25, kind: 0.5, notSure: 0.25, wrong: 1 / 3 });
  });

  test('is another thing at other thresholds', () => {
    const tally = tallyOf(0.6);
    // At 0.4 all are classes: cat, cat for the dog, cat for the boat, and boat.
    expect(at(tally, 0.4)).toEqual({ threshold: 0.4, class: 1, kind: 0, notSure: 0, wrong: 0.5, none: null });
    expect(at(tally, 0.95)).toMatchObject({ class: 0, kind: 0, notSure: 1, wrong: 0 });
  });

  test('has the threshold of the classifier on its curve', () => {
    const { class: classes, kind, notSure, wrong } = tallyOf(0.6).own;
    expect(at(tallyOf(0.3), 0.6)).toMatchObject({ class: classes, kind, notSure, wrong });
  });

  test('may be "not sure" or what is true of a picture of nothing the model knows', () => {
    const tally = tallyOf(0.6);
    expect(tally.addNone(Float32Array.of(0.7, 0.2, 0.1), [])).toBe(false);
    expect(tally.addNone(Float32Array.of(0.1, 0.1, 0.8), [BOAT])).toBe(true);
    expect(tally.addNone(Float32Array.of(0.4, 0.5, 0.1), [CAT])).toBe(true);
    expect(tally.addNone(Float32Array.of(0.3, 0.25, 0.45), [])).toBe(true);
    expect(at(tally, 0.6)?.none).toBe(0.75);
    // At 0.4: cat and boat for nothing, dog though only a cat would be true; the boat is true.
    expect(at(tally, 0.4)?.none).toBe(0.25);
    expect(at(tally, 0.95)?.none).toBe(1);
  });
});
