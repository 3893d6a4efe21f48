import { describe, expect, it } from 'vitest';
import { conclude, probabilityOf, likeliestClasses } from '../../../src/vision/model/answer.js';
import type { Likely } from '../../../src/vision/model/answer.js';
import { nameOf } from '../../../src/vision/model/classifier.js';
import type { Classifier } from '../../../src/vision/model/classifier.js';
import { resolveGroups } from '../../../src/vision/model/groups.js';
import { toLabel } from '../../../src/vision/model/labels.js';
import { randomNumbers } from '../../support/random.js';

const LABELS = ['tabby', 'siamese', 'husky', 'poodle', 'trout', 'chair', 'table'].map(toLabel);

/** Cats and dogs are animals beside the trout, which is only an animal; the table is of no kind. */
const GROUPS = resolveGroups(
  [
    { label: 'animal', classes: ['trout'] },
    { label: 'cat', parent: 'animal', classes: ['0-1'] },
    { label: 'dog', parent: 'animal', classes: ['2-3'] },
    { label: 'furniture', classes: ['chair'] },
  ],
  LABELS,
);

function classifier(threshold: number | Classifier['threshold'] = 0.5, groups = GROUPS, standardScore = 0): Classifier {
  return {
    name: 'kinds',
    labels: LABELS,
    groups,
    labelsFile: null,
    fromNetwork: [],
    output: null,
    teachable: null,
    range: null,
    preprocessor: null,
    resize: 'stretch',
    interpolation: 'bilinear',
    layer: null,
    method: null,
    threshold: typeof threshold === 'number' ? { class: threshold, group: threshold } : threshold,
    standardScore,
    temperature: 1,
  };
}

const named = (likely: Likely): string => nameOf(classifier(), likely);

/** The answer's type and name, and the kinds behind it. */
function concluded(probabilities: readonly number[], threshold?: number | Classifier['threshold']): unknown[] {
  const { answer, groups } = conclude(Float32Array.from(probabilities), classifier(threshold));
  return [answer.type, named(answer.about), groups.map(named)];
}

describe('the answer', () => {
  it('is the likeliest class where that reaches the threshold', () => {
    expect(concluded([0.05, 0.05, 0.6, 0.2, 0.05, 0.05, 0])).toEqual(['class', 'husky', ['dog', 'animal']]);
    expect(concluded([0, 0, 0.5, 0.5, 0, 0, 0])).toEqual(['class', 'husky', ['dog', 'animal']]);
    expect(concluded([0.05, 0.05, 0.3, 0.2, 0.1, 0.2, 0.1], 0.3)[1]).toBe('husky');
  });

  it('is else the innermost kind that reaches it', () => {
    expect(concluded([0.1, 0.05, 0.4, 0.3, 0.05, 0.05, 0.05])).toEqual(['group', 'dog', ['dog', 'animal']]);
    expect(concluded([0.25, 0.25, 0.2, 0.1, 0.1, 0.05, 0.05])).toEqual(['group', 'cat', ['cat', 'animal']]);
  });

  it('may ask more of a class than of a kind', () => {
    const shares = [0.05, 0.05, 0.6, 0.2, 0.05, 0.05, 0];
    expect(concluded(shares, { class: 0.7, group: 0.5 })).toEqual(['group', 'dog', ['dog', 'animal']]);
    expect(concluded(shares, { class: 0.6, group: 0.9 })[0]).toBe('class');
  });

  it('is "not sure" where the largest score does not stand out enough from all', () => {
    const shares = Float32Array.from([0.7, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05]);
    // Six equal scores and one above them: the largest is always the square root of six deviations above the mean.
    const type = (least: number): string => conclude(shares, classifier(0.5, GROUPS, least)).answer.type;
    expect(type(Math.sqrt(6) - 0.01)).toBe('class');
    expect(type(Math.sqrt(6) + 0.01)).toBe('not-sure');
    expect(conclude(new Float32Array(7).fill(1 / 7), classifier(0, GROUPS, 0.1)).answer.type).toBe('not-sure');
  });

  it('is else the kind around, where that reaches it', () => {
    expect(concluded([0.2, 0.1, 0.2, 0.2, 0.1, 0.1, 0.1])).toEqual(['group', 'animal', ['dog', 'animal']]);
    expect(concluded([0.1, 0.2, 0.2, 0.05, 0.3, 0.1, 0.05])).toEqual(['group', 'animal', ['animal']]);
  });

  it('is not sure where no class and no kind reaches it, with the likeliest class', () => {
    expect(concluded([0.1, 0.1, 0.1, 0.15, 0, 0.2, 0.35])).toEqual(['not-sure', 'table', ['dog', 'animal']]);
    expect(concluded([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.4], 0.9)).toEqual(['not-sure', 'table', ['cat', 'animal']]);
  });

  it('is the likeliest of several kinds that reach a low threshold', () => {
    expect(concluded([0.17, 0.17, 0.14, 0.14, 0.14, 0.12, 0.12], 0.25)).toEqual(['group', 'cat', ['cat', 'animal']]);
    expect(concluded([0.14, 0.14, 0.17, 0.17, 0.14, 0.12, 0.12], 0.25)).toEqual(['group', 'dog', ['dog', 'animal']]);
  });

  it('of equal classes or kinds is the first', () => {
    const equal = [1 / 7, 1 / 7, 1 / 7, 1 / 7, 1 / 7, 1 / 7, 1 / 7];
    expect(concluded(equal)).toEqual(['group', 'animal', ['cat', 'animal']]);
    expect(concluded(equal, 0.8)).toEqual(['not-sure', 'tabby', ['cat', 'animal']]);
    expect(concluded(equal, 0.2)).toEqual(['group', 'cat', ['cat', 'animal']]);
  });

  it('of a model without kinds is a class or none', () => {
    const answers = [0.2, 0.5, 0.6].map((threshold) => {
      const { answer, groups } = conclude(Float32Array.of(0.2, 0.5, 0.3), classifier(threshold, []));
      expect(groups).toEqual([]);
      return answer;
    });
    const about = { type: 'class', index: 1, probability: 0.5 };
    expect(answers.map(({ type }) => type)).toEqual(['class', 'class', 'not-sure']);
    for (const answer of answers) expect(answer.about).toEqual(about);
  });

  it('carries the probability that it was chosen for', () => {
    const { answer } = conclude(Float32Array.of(0.125, 0.125, 0.375, 0.25, 0.125, 0, 0), classifier());
    expect(answer).toEqual({ type: 'group', about: { type: 'group', index: 2, probability: 0.625 } });
  });

  it('that is a kind is among the kinds told, whatever the probabilities', () => {
    const random = randomNumbers(1);
    const seen = new Set<string>();
    for (let round = 0; round < 500; round++) {
      const powers = random(LABELS.length, 0, 6).map(Math.exp);
      const total = powers.reduce((all, each) => all + each, 0);
      const probabilities = powers.map((power) => power / total);
      for (const threshold of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const { answer, groups } = conclude(probabilities, classifier(threshold));
        seen.add(answer.type);
        if (answer.type === 'group') expect(groups.map(({ index }) => index)).toContain(answer.about.index);
        // Innermost first: each of them lies in the next, and the last in none.
        expect(groups.map(({ index }) => GROUPS[index]?.parent)).toEqual([
          ...groups.slice(1).map(({ index }) => index),
          null,
        ]);
      }
    }
    expect([...seen].sort()).toEqual(['class', 'group', 'not-sure']);
  });
});

describe('the probability of a kind', () => {
  it('is the sum of those of its members, also of kinds within it', () => {
    const probabilities = Float32Array.of(0.25, 0.125, 0.125, 0.0625, 0.0625, 0.25, 0.125);
    const sums = GROUPS.map((_, index) => probabilityOf(probabilities, classifier(), { type: 'group', index }));
    expect(sums).toEqual([0.625, 0.375, 0.1875, 0.25]);
    expect(probabilityOf(probabilities, classifier(), { type: 'class', index: 5 })).toBe(0.25);
  });

  it('is never above one, however the members were rounded', () => {
    const thirds = Float32Array.of(0.33333334, 0.33333334, 0.33333334);
    expect(thirds.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(1);
    const all = resolveGroups([{ label: 'all', classes: ['0-2'] }], []);
    expect(probabilityOf(thirds, classifier(0.5, all), { type: 'group', index: 0 })).toBe(1);
  });
});

describe('the classes by rank', () => {
  it('come likeliest first, equal ones in the model’s order', () => {
    const ranked = likeliestClasses(Float32Array.of(0.125, 0.25, 0.125, 0.5));
    expect(ranked.map(({ index }) => index)).toEqual([3, 1, 0, 2]);
    expect(ranked[0]).toEqual({ type: 'class', index: 3, probability: 0.5 });
  });

  it('are the first of these where only so many are asked for', () => {
    // Twenty values for three hundred classes: most are equal to others.
    const probabilities = randomNumbers(7)(300, 0, 20).map((value) => Math.floor(value) / 20);
    const all = likeliestClasses(probabilities);
    for (const howMany of [0, 1, 3, 40, 300, 301])
      expect(likeliestClasses(probabilities, howMany)).toEqual(all.slice(0, howMany));
  });
});
