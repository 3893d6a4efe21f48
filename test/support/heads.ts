import type { Plan, Shape, Step } from '../../src/vision/trunk/plan.js';
import { sizeOf } from '../../src/vision/trunk/plan.js';
import { convolution, denseStep, headPlan, NO_PADDING, step, weights } from './plans.js';
import { randomNumbers } from './random.js';

/** The feature map that these heads read. */
export const MAP: Shape = [3, 4, 5];
const [HEIGHT = 0, WIDTH = 0, CHANNELS = 0] = MAP;
const CLASSES = 3;

const random = randomNumbers(3);
const constant = (...shape: number[]) => weights(shape, random(sizeOf(shape)));

export const KERNEL = constant(CHANNELS, CLASSES);
export const BIAS = constant(CLASSES);
const WHOLE_WINDOW = {
  op: 'pool',
  kind: 'average',
  size: [HEIGHT, WIDTH],
  strides: [HEIGHT, WIDTH],
  padding: NO_PADDING,
} as const;

function headOf(...steps: Step[]): Plan {
  return headPlan({ map: MAP }, steps);
}

const pooled = step('pool', ['map'], { op: 'globalPool', kind: 'average' }, [CHANNELS]);
const kept = step('pool', ['map'], { op: 'globalPool', kind: 'average' }, [1, 1, CHANNELS]);
const classifier = convolution(weights([1, 1, CHANNELS, CLASSES], KERNEL.values), BIAS);

/** The three ways in which published classifiers write average pooling and one dense layer. */
export const POOLING_HEADS: readonly (readonly [name: string, plan: Plan])[] = [
  ['pooling and dense', headOf(pooled, step('scores', ['pool'], denseStep(KERNEL, BIAS), [CLASSES]))],
  [
    'average pooling of the whole map, flatten and dense',
    headOf(
      step('pool', ['map'], WHOLE_WINDOW, [1, 1, CHANNELS]),
      step('flat', ['pool'], { op: 'reshape' }, [CHANNELS]),
      step('scores', ['flat'], denseStep(KERNEL, BIAS), [CLASSES]),
    ),
  ],
  [
    'pooling and a 1x1 convolution',
    headOf(
      kept,
      step('conv', ['pool'], classifier, [1, 1, CLASSES]),
      step('scores', ['conv'], { op: 'reshape' }, [CLASSES]),
    ),
  ],
];

const FLAT = sizeOf(MAP);

export const FLATTEN_DENSE: Plan = headOf(
  step('flat', ['map'], { op: 'reshape' }, [FLAT]),
  step('scores', ['flat'], denseStep(constant(FLAT, CLASSES), BIAS), [CLASSES]),
);

/** Heads on which the closed form would be wrong: each lacks one of its conditions. */
export const OTHER_HEADS: readonly (readonly [name: string, plan: Plan])[] = [
  ['flatten and dense', FLATTEN_DENSE],
  [
    'pooling and two dense layers with ReLU',
    headOf(
      pooled,
      step('hidden', ['pool'], { op: 'dense', kernel: constant(5, 4), bias: constant(4), activation: 'relu' }, [4]),
      step('scores', ['hidden'], denseStep(constant(4, 3), null), [3]),
    ),
  ],
  [
    'global max pooling and dense',
    headOf(
      step('pool', ['map'], { op: 'globalPool', kind: 'max' }, [CHANNELS]),
      step('scores', ['pool'], denseStep(KERNEL, BIAS), [CLASSES]),
    ),
  ],
  [
    'convolution, pooling and dense',
    headOf(
      step('conv', ['map'], convolution(constant(1, 1, 5, 5), null, { activation: 'relu' }), MAP),
      step('pool', ['conv'], { op: 'globalPool', kind: 'average' }, [CHANNELS]),
      step('scores', ['pool'], denseStep(KERNEL, BIAS), [CLASSES]),
    ),
  ],
  [
    'pooling of half the map and dense',
    headOf(
      step('pool', ['map'], { ...WHOLE_WINDOW, size: [HEIGHT, 2], strides: [HEIGHT, 2] }, [1, 2, CHANNELS]),
      step('flat', ['pool'], { op: 'reshape' }, [2 * CHANNELS]),
      step('scores', ['flat'], denseStep(constant(2 * CHANNELS, CLASSES), BIAS), [CLASSES]),
    ),
  ],
  [
    'pooling of half the map that leaves the other half out, and dense',
    headOf(
      step('pool', ['map'], { ...WHOLE_WINDOW, size: [HEIGHT, 2] }, [1, 1, CHANNELS]),
      step('flat', ['pool'], { op: 'reshape' }, [CHANNELS]),
      step('scores', ['flat'], denseStep(KERNEL, BIAS), [CLASSES]),
    ),
  ],
];

/** A feature map as after a ReLU: nothing negative. */
export function activations(seed: number): Float32Array {
  return randomNumbers(seed)(sizeOf(MAP), -0.5, 1).map((value) => Math.max(value, 0));
}
