import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainClass } from '../../../src/vision/cam/class-map.js';
import type { Seen } from '../../../src/vision/cam/class-map.js';
import type { Method } from '../../../src/vision/cam/methods.js';
import { NetworkBuilder } from '../../../src/vision/model/builder.js';
import { loadNetwork } from '../../../src/vision/loaded-network.js';
import type { LoadedNetwork } from '../../../src/vision/loaded-network.js';
import { keptPass, pictureOf } from '../../../src/vision/look-again.js';
import { split } from '../../../src/vision/model/split.js';
import { INPUT } from '../../../src/vision/trunk/plan.js';
import type { Plan } from '../../../src/vision/trunk/plan.js';
import { largestDifference } from '../../support/numbers.js';
import { channelsFirst, ONE_BY_ONE, weights } from '../../support/plans.js';

interface Layer {
  readonly filter: readonly number[];
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
}

/** What test/golden/methods/make_methods.py wrote of pytorch-grad-cam. */
interface Golden {
  readonly input: readonly number[];
  readonly shape: readonly [height: number, width: number, channels: number];
  readonly convolutions: readonly Omit<Layer, 'kernel'>[];
  readonly eigencam: readonly number[];
  readonly heads: Readonly<
    Record<
      Head,
      {
        readonly dense: readonly Omit<Layer, 'filter'>[];
        readonly scores: readonly number[];
        readonly maps: Readonly<Record<string, Readonly<Record<Exclude<Method, 'eigencam'>, readonly number[]>>>>;
      }
    >
  >;
}

type Head = 'pooling' | 'flatten';

const GOLDEN = JSON.parse(
  readFileSync(new URL('../../golden/methods/methods.json', import.meta.url), 'utf8'),
) as Golden;

const METHODS_OF_PEERS = [
  'gradcam',
  'hirescam',
  'layercam',
  'xgradcam',
  'gradcamplusplus',
  'scorecam',
  'smoothed',
] as const;

/** pytorch-grad-cam adds 1e-7 to 1e-6 to what it divides by. */
const TOLERANCE = 3e-4;

function planOf(name: Head): Plan {
  const [height, width] = GOLDEN.shape;
  const b = new NetworkBuilder({ height, width, channels: 3 });
  const padding = { top: 1, right: 1, bottom: 1, left: 1 };
  let x = INPUT;
  let channels = 3;
  GOLDEN.convolutions.forEach(({ filter, bias }, index) => {
    const constants = { filter: weights([3, 3, channels, bias.length], filter), bias: weights([bias.length], bias) };
    x = b.conv(`conv${index}`, x, { ...ONE_BY_ONE, ...constants, padding });
    x = b.activation(`relu${index}`, x, { kind: 'relu' });
    channels = bias.length;
  });
  x = name === 'pooling' ? b.globalPool('pool', x, 'average', false) : b.reshape('flat', x, [-1]);
  const { dense } = GOLDEN.heads[name];
  dense.forEach(({ kernel, bias }, index) => {
    const [inputs, units] = [kernel.length / bias.length, bias.length];
    x = b.dense(`dense${index}`, x, weights([inputs, units], kernel), weights([units], bias));
    if (index < dense.length - 1) x = b.activation(`hidden${index}`, x, { kind: 'relu' });
  });
  return split(b.finish(b.unary('softmax', x, { op: 'softmax' })));
}

describe.each(['pooling', 'flatten'] as const)('maps as pytorch-grad-cam makes them, on a head of %s', (name) => {
  const { scores, maps } = GOLDEN.heads[name];
  let network: LoadedNetwork;
  let seen: Seen;
  let passes = 0;

  beforeAll(async () => {
    network = await loadNetwork({ plan: planOf(name), whole: null }, { threads: 1, backend: 'onnx' });
    const input = channelsFirst(Float32Array.from(GOLDEN.input), 3);
    const pass = keptPass(network, await network.runner.run(input));
    seen = { ...pass, picture: pictureOf(network, input, () => passes++) };
    expect(largestDifference(pass.scores, scores)).toBeLessThan(TOLERANCE);
  });

  afterAll(() => network.runner.close());

  describe.each(METHODS_OF_PEERS)('%s', (method) => {
    it.each([0, 1, 2])('of class %i', async (index) => {
      const { values } = await explainClass(network.plan, seen, index, method);
      expect(largestDifference(values, maps[index]?.[method] ?? [])).toBeLessThan(TOLERANCE);
    });
  });

  it('Eigen-CAM, which is the same for every class', async () => {
    for (const index of [0, 1, 2]) {
      const { values } = await explainClass(network.plan, seen, index, 'eigencam');
      expect(largestDifference(values, GOLDEN.eigencam)).toBeLessThan(TOLERANCE);
    }
  });

  it.each([
    ['scorecam', 4],
    ['smoothed', 5],
    ['eigencam', 0],
    ['xgradcam', 0],
  ] as const)('%s takes %i forward passes', async (method, expected) => {
    passes = 0;
    await explainClass(network.plan, seen, 0, method);
    expect(passes).toBe(expected);
  });
});
