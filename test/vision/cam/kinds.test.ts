import { describe, expect, it } from 'vitest';
import { explainClass, sharesOf } from '../../../src/vision/cam/class-map.js';
import type { Explained } from '../../../src/vision/cam/class-map.js';
import { gradCam } from '../../../src/vision/cam/grad-cam.js';
import { hiResCam } from '../../../src/vision/cam/hires-cam.js';
import { layerCam } from '../../../src/vision/cam/layer-cam.js';
import { gradCamPlusPlus } from '../../../src/vision/cam/grad-cam-plus-plus.js';
import { xGradCam } from '../../../src/vision/cam/xgrad-cam.js';
import type { Method } from '../../../src/vision/cam/methods.js';
import { normalise } from '../../../src/vision/cam/normalise.js';
import { ArrayHead } from '../../../src/vision/head/head.js';
import type { OutputKind, Plan } from '../../../src/vision/trunk/plan.js';
import { sizeOf } from '../../../src/vision/trunk/plan.js';
import { refusal } from '../../support/errors.js';
import { activations, FLATTEN_DENSE, MAP, OTHER_HEADS, POOLING_HEADS } from '../../support/heads.js';
import { largestDifference, relativeDifference, sum } from '../../support/numbers.js';
import { awayFromKinks, randomNumbers } from '../../support/random.js';

const H = 2 ** -7;

/** Values a change of `H` takes across no kink. */
const SMOOTH = awayFromKinks(sizeOf(MAP), randomNumbers(11));

const KINDS: readonly (readonly number[])[] = [
  [0, 2],
  [1, 2],
  [0, 1, 2],
];

const FROM_GRADIENT = {
  gradcam: gradCam,
  hirescam: hiResCam,
  layercam: layerCam,
  xgradcam: xGradCam,
  gradcamplusplus: gradCamPlusPlus,
} as const;
const OF_GRADIENTS = Object.keys(FROM_GRADIENT) as readonly (keyof typeof FROM_GRADIENT)[];

function withOutput(plan: Plan, output: OutputKind): Plan {
  return { ...plan, output };
}

function cutOf(map: Float32Array): Map<string, Float32Array> {
  return new Map([['map', map]]);
}

async function scoresOf(plan: Plan, map: Float32Array): Promise<Float32Array> {
  return (await new ArrayHead(plan).run(cutOf(map))).scores;
}

/** The score of a kind as its definition says: the logarithm of the sum of its members' powers. */
async function logSumExp(plan: Plan, map: Float32Array, members: readonly number[]): Promise<number> {
  const scores = await scoresOf(plan, map);
  return Math.log(sum(members.map((index) => Math.exp(scores[index] ?? NaN))));
}

/** The gradient of a kind's score, by central differences. */
async function slopes(plan: Plan, map: Float32Array, members: readonly number[]): Promise<Float32Array> {
  const result = new Float32Array(map.length);
  for (const index of result.keys()) {
    const scoreWith = (change: number): Promise<number> => {
      const moved = Float32Array.from(map);
      moved[index] = (moved[index] ?? 0) + change;
      return logSumExp(plan, moved, members);
    };
    result[index] = ((await scoreWith(H)) - (await scoreWith(-H))) / (2 * H);
  }
  return result;
}

/** The map of a class or a kind, or `null` where nothing speaks for it. */
async function mapOf(
  plan: Plan,
  map: Float32Array,
  explained: Explained,
  method?: Method,
): Promise<Float32Array | null> {
  const cut = cutOf(map);
  const explaining = explainClass(plan, { cut, run: () => new ArrayHead(plan).run(cut) }, explained, method);
  return explaining.then(
    ({ values }) => values,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'no-positive-evidence') return null;
      throw error;
    },
  );
}

describe.each([...POOLING_HEADS, ...OTHER_HEADS])('on %s, a kind of classes', (_name, plan) => {
  it.each(KINDS.map((members) => ({ members })))(
    'of $members has the log-sum-exp of their scores',
    async ({ members }) => {
      const head = await new ArrayHead(plan).run(cutOf(SMOOTH));
      const seed = new Float32Array(3);
      const shares = sharesOf(head.scores, members);
      members.forEach((index, at) => (seed[index] = shares[at] ?? NaN));
      const expected = await slopes(plan, SMOOTH, members);
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.01);
      expect(relativeDifference(await head.gradient(seed), expected)).toBeLessThan(1e-3);
    },
  );

  it.each(OF_GRADIENTS)('has the map of that score’s gradient, by %s', async (method) => {
    let seen = 0;
    for (const members of KINDS) {
      const expected = normalise(FROM_GRADIENT[method].map(SMOOTH, await slopes(plan, SMOOTH, members), MAP));
      const values = await mapOf(plan, SMOOTH, members, method);
      if (!expected.evidence) expect(values).toBeNull();
      else expect(largestDifference(values ?? [], expected.values)).toBeLessThan(5e-3);
      if (expected.evidence) seen++;
    }
    expect(seen).toBeGreaterThan(0);
  });

  it.each(OF_GRADIENTS)('of one class is that class to the last digit, by %s', async (method) => {
    for (const index of [0, 1, 2]) {
      expect(await mapOf(plan, activations(8), [index], method)).toEqual(
        await mapOf(plan, activations(8), index, method),
      );
    }
  });

  it('is the same in whatever order its members stand', async () => {
    const [one, other] = [await mapOf(plan, SMOOTH, [0, 2]), await mapOf(plan, SMOOTH, [2, 0])];
    expect(largestDifference(one ?? [], other ?? [])).toBeLessThan(1e-6);
  });
});

describe.each(POOLING_HEADS)('the closed form of a kind on %s', (_name, plan) => {
  it.each(['gradcam', 'hirescam'] as const)('gives the map that differentiating gives, by %s', async (method) => {
    const map = activations(8);
    for (const members of KINDS) {
      const head = await new ArrayHead(plan).run(cutOf(map));
      const seed = new Float32Array(3);
      const shares = sharesOf(head.scores, members);
      members.forEach((index, at) => (seed[index] = shares[at] ?? NaN));
      const differentiated = normalise(FROM_GRADIENT[method].map(map, await head.gradient(seed), MAP));
      // Only the scores are asked for: the gradient is known without it.
      const cut = cutOf(map);
      const withoutGradient = {
        scores: head.scores,
        gradient: () => Promise.reject(new Error('the head was differentiated')),
      };
      const { values } = await explainClass(
        plan,
        { cut, run: () => Promise.resolve(withoutGradient) },
        members,
        method,
      );
      expect(largestDifference(values, differentiated.evidence ? differentiated.values : [])).toBeLessThan(1e-6);
    }
  });
});

describe('the shares of a kind’s members', () => {
  it('are the softmax of their scores, and add up to one', () => {
    const shares = sharesOf([Math.log(1), Math.log(3), 9, Math.log(4)], [0, 1, 3]);
    expect(largestDifference(shares, [1 / 8, 3 / 8, 4 / 8])).toBeLessThan(1e-12);
  });

  it('of one member is exactly one, whatever its score', () => {
    for (const score of [0, -90, 1e30]) expect(sharesOf([score, 5], [0])).toEqual(Float64Array.of(1));
  });

  it('stay numbers where scores are very large or very small', () => {
    expect(sharesOf([1e4, 1e4, -1e4], [0, 1, 2])).toEqual(Float64Array.of(0.5, 0.5, 0));
    expect(sharesOf([-1e4, -1e4, 7], [0, 1])).toEqual(Float64Array.of(0.5, 0.5));
  });
});

describe('what is no kind', () => {
  const explain = (plan: Plan, members: readonly number[]): Promise<unknown> => mapOf(plan, SMOOTH, members);

  it.each([
    ['a class that the model does not have', [0, 3], /no class 3; it has 3/],
    ['a class before the first', [-1, 0], /no class -1/],
    ['a class between two', [0, 0.5], /no class 0\.5/],
    ['nothing', [], /no class/],
  ] as const)('for it holds %s, is refused', async (_what, members, why) => {
    const { code, message } = await refusal(explain(FLATTEN_DENSE, members));
    expect(code).toBe('invalid-argument');
    expect(message).toMatch(why);
  });

  it('is one of sigmoids: their probabilities do not add up', async () => {
    const sigmoids = withOutput(FLATTEN_DENSE, 'sigmoids');
    const { code, message } = await refusal(explain(sigmoids, [0, 1]));
    expect(code).toBe('invalid-argument');
    expect(message).toMatch(/add up to one/);
    expect(await mapOf(sigmoids, SMOOTH, [1])).toEqual(await mapOf(sigmoids, SMOOTH, 1));
  });

  it('is both sides of one sigmoid', async () => {
    const onesided = { ...withOutput(FLATTEN_DENSE, 'one-sigmoid'), outputs: 1 };
    expect((await refusal(explain(onesided, [0, 1]))).code).toBe('invalid-argument');
  });

  it('has scores that are not finite numbers', async () => {
    for (const [, plan] of POOLING_HEADS) {
      const cut = cutOf(activations(8));
      const broken = { scores: Float32Array.of(Infinity, 1, 2), gradient: () => Promise.resolve(new Float32Array(60)) };
      const explaining = explainClass(plan, { cut, run: () => Promise.resolve(broken) }, [0, 1]);
      expect((await refusal(explaining)).code).toBe('invalid-model');
    }
  });
});

it.each(['softmax', 'linear'] as const)('kinds are explained where the output is %s', async (output) => {
  const [, plan] = POOLING_HEADS[0] ?? ['', FLATTEN_DENSE];
  expect(await mapOf(withOutput(plan, output), activations(8), [0, 1])).not.toBeNull();
});
