import { describe, expect, it } from 'vitest';
import { closedFormAlphas, isPoolingHead, pooledDense } from '../../../src/vision/cam/closed-form.js';
import { defaultMethod, explainClass } from '../../../src/vision/cam/class-map.js';
import { weightedSum } from '../../../src/vision/cam/channel-sums.js';
import { gradCam } from '../../../src/vision/cam/grad-cam.js';
import { hiResCam } from '../../../src/vision/cam/hires-cam.js';
import { normalise } from '../../../src/vision/cam/normalise.js';
import { ArrayHead } from '../../../src/vision/head/head.js';
import type { HeadRun } from '../../../src/vision/head/head.js';
import { activations, KERNEL, MAP, OTHER_HEADS, POOLING_HEADS } from '../../support/heads.js';
import { largestDifference } from '../../support/numbers.js';
import { denseStep, headPlan, step, weights } from '../../support/plans.js';

const neverRun = (): Promise<HeadRun> => Promise.reject(new Error('the head was run'));

/** Of one class of three. */
function oneHot(unit: number): Float32Array {
  const seed = new Float32Array(3);
  seed[unit] = 1;
  return seed;
}

describe.each(POOLING_HEADS)('the closed form on %s', (_name, plan) => {
  const cut = new Map([['map', activations(8)]]);

  it('weighs channels by the dense weights over the number of places', () => {
    const pooled = pooledDense(plan);
    const alphas = pooled && closedFormAlphas(pooled, oneHot(1));
    expect(alphas?.[2]).toBeCloseTo((KERNEL.values[2 * 3 + 1] ?? NaN) / 12, 7);
  });

  it.each([0, 1, 2])('gives the map that differentiating class %i gives, by Grad-CAM and HiResCAM', async (unit) => {
    const run = await new ArrayHead(plan).run(cut);
    const gradient = await run.gradient(oneHot(unit));
    const pooled = pooledDense(plan);
    const cam = weightedSum(activations(8), pooled ? closedFormAlphas(pooled, oneHot(unit)) : [], MAP);
    expect(largestDifference(gradCam.map(activations(8), gradient, MAP), cam)).toBeLessThan(1e-6);
    expect(largestDifference(hiResCam.map(activations(8), gradient, MAP), cam)).toBeLessThan(1e-6);

    const expected = normalise(cam);
    const { values } = await explainClass(plan, { cut, run: neverRun }, unit, 'hirescam');
    expect(largestDifference(values, expected.evidence ? expected.values : [])).toBeLessThan(1e-6);
  });

  it('is Grad-CAM by default', () => {
    expect(isPoolingHead(plan)).toBe(true);
    expect(defaultMethod(plan)).toBe('gradcam');
  });
});

describe.each(OTHER_HEADS)('on %s', (_name, plan) => {
  it('the closed form is not taken and the map comes from the gradient', async () => {
    expect(pooledDense(plan)).toBeNull();
    const cut = new Map([['map', activations(9)]]);
    const head = await new ArrayHead(plan).run(cut);
    const gradient = await head.gradient(Float32Array.of(1, 0, 0));
    const expected = normalise(gradCam.map(activations(9), gradient, MAP));
    const { values } = await explainClass(plan, { cut, run: () => Promise.resolve(head) }, 0, 'gradcam');
    expect(largestDifference(values, expected.evidence ? expected.values : [])).toBe(0);
  });
});

describe('a head that reads more than the target', () => {
  it('is not the closed form, although it pools and has one dense layer', () => {
    const plan = headPlan({ map: MAP, extra: [5] }, [
      step('pool', ['map'], { op: 'globalPool', kind: 'average' }, [5]),
      step('scores', ['extra'], denseStep(weights([5, 3], new Float32Array(15)), null), [3]),
    ]);
    expect(pooledDense(plan)).toBeNull();
    expect(defaultMethod(plan)).toBe('hirescam');
  });
});

describe('the default method', () => {
  it.each([
    ['flatten and dense', 'hirescam'],
    ['pooling and two dense layers with ReLU', 'gradcam'],
    ['global max pooling and dense', 'gradcam'],
    ['convolution, pooling and dense', 'hirescam'],
    ['pooling of half the map and dense', 'hirescam'],
  ])('for %s is %s', (name, method) => {
    const [, plan] = OTHER_HEADS.find(([each]) => each === name) ?? [];
    expect(plan && defaultMethod(plan)).toBe(method);
  });
});
