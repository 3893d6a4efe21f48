import { describe, expect, test } from 'vitest';
import { AccuracyTally, rankOf } from '../../src/evaluation/accuracy.js';
import { petsAndBoat } from './classifiers.js';

describe('accuracy', () => {
  test('counts one of equal classes only: a model that says the same of all is as good as chance', () => {
    const equal = Float32Array.of(0.25, 0.25, 0.25, 0.25);
    expect([0, 1, 2, 3].map((index) => rankOf(equal, index))).toEqual([0, 1, 2, 3]);
    expect(rankOf(Float32Array.of(0.1, 0.7, 0.2), 2)).toBe(1);
  });

  test('counts classes, kinds of classes that have one, and mistakes', () => {
    const tally = new AccuracyTally(petsAndBoat(0.5), 3);
    tally.add(Float32Array.of(0.6, 0.3, 0.1), 0, 0);
    tally.add(Float32Array.of(0.6, 0.3, 0.1), 0, 1);
    tally.add(Float32Array.of(0.6, 0.3, 0.1), 0, 1);
    tally.add(Float32Array.of(0.1, 0.1, 0.8), 2, 2);
    expect(tally.accuracy).toEqual({ top1: 0.5, top5: 1, kind: { photos: 3, right: 1 } });
    expect(tally.confusion).toEqual({
      matrix: [
        [1, 0, 0],
        [2, 0, 0],
        [0, 0, 1],
      ],
      mistakes: [{ truth: 'dog', answered: 'cat', count: 2 }],
    });
  });

  test('has no matrix of more than a hundred classes, and no kinds where there are none', () => {
    const tally = new AccuracyTally({ ...petsAndBoat(0.5), labels: [], groups: [] }, 101);
    const probabilities = new Float32Array(101);
    probabilities[100] = 1;
    tally.add(probabilities, 100, 7);
    expect(tally.confusion).toEqual({ matrix: null, mistakes: [{ truth: '#7', answered: '#100', count: 1 }] });
    expect(tally.accuracy).toEqual({ top1: 0, top5: 0, kind: null });
  });
});
