import type { layers as tfl, LayersModel } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { backendReasonText } from '../../../src/vision/backend-choice.js';
import { explainClass } from '../../../src/vision/cam/class-map.js';
import { compileModel } from '../../../src/vision/model/compile.js';
import { readCompiled, writeCompiled } from '../../../src/vision/model/plan-file.js';
import { loadNetwork } from '../../../src/vision/loaded-network.js';
import { probabilitiesOf } from '../../../src/vision/probabilities.js';
import { refusal } from '../../support/errors.js';
import { savedModel, stock, temporaryFolder } from '../../support/models.js';
import { largestDifference } from '../../support/numbers.js';
import { randomNumbers } from '../../support/random.js';
import { forward } from '../../support/run.js';

const SHAPE = [8, 6, 3];
const PICTURE = randomNumbers(41)(8 * 6 * 3);

/** A small classifier of two classes with some layers between its first convolution and its pooling. */
async function model(between: (layers: typeof tfl) => tfl.Layer[]): Promise<LayersModel> {
  const { tf, layers } = await stock();
  const all = layers.layers;
  const built = layers.sequential({
    layers: [
      all.conv2d({ filters: 4, kernelSize: 3, name: 'first', inputShape: [8, 6, 3] }),
      ...between(all),
      all.globalAveragePooling2d({ name: 'gap' }),
      all.dense({ units: 2, activation: 'softmax', name: 'classes' }),
    ],
  });
  const random = randomNumbers(43);
  built.setWeights(built.getWeights().map((each) => tf.tensor(random(each.size), each.shape)));
  return built;
}

async function stockProbabilities(built: LayersModel): Promise<Float32Array> {
  const { tf } = await stock();
  const result = built.predict(tf.tensor(PICTURE, [1, ...SHAPE]));
  return Float32Array.from(Array.isArray(result) ? [] : result.dataSync());
}

const WITHOUT_STEP: readonly (readonly [name: string, className: string, (layers: typeof tfl) => tfl.Layer[]])[] = [
  ['mish', 'Activation', (all) => [all.activation({ activation: 'mish', name: 'odd' })]],
  [
    'transposed convolution',
    'Conv2DTranspose',
    (all) => [all.conv2dTranspose({ filters: 3, kernelSize: 2, strides: 2, activation: 'relu', name: 'odd' })],
  ],
];

describe.each(WITHOUT_STEP)('a layer without a step (%s)', (_name, className, between) => {
  it('runs on TensorFlow.js and predicts what TensorFlow.js does', async () => {
    const built = await model(between);
    const {
      compiled: { plan, whole },
    } = await compileModel(await savedModel(built));
    expect(plan.trunk.map(({ operation }) => operation.op === 'layer' && operation.className)).toContain(className);
    const { runner, reason } = await loadNetwork({ plan, whole }, { threads: 1 });
    expect(runner.backend).toBe('wasm');
    expect(backendReasonText(reason)).toContain(className);
    const { scores } = await forward(runner, plan, PICTURE);
    expect(largestDifference(probabilitiesOf(scores, plan.output), await stockProbabilities(built))).toBeLessThan(1e-5);
  });

  it('in the head is differentiated: the gradient is the slope that small changes show', async () => {
    const { compiled } = await compileModel(await savedModel(await model(between)), { layer: 'first' });
    const { plan, runner, head } = await loadNetwork(compiled, { threads: 1 });
    expect(plan.head.map(({ operation }) => operation.op)).toContain('layer');
    const { cut, scores } = await forward(runner, plan, PICTURE);
    const run = await head.run(cut);
    expect(largestDifference(run.scores, scores)).toBeLessThan(1e-5);
    const gradient = await run.gradient(Float32Array.of(1, 0));
    const activations = cut.get('first') ?? new Float32Array();
    for (const place of [0, 17, 42]) {
      const moved = async (by: number): Promise<number> => {
        const values = activations.map((value, at) => (at === place ? value + by : value));
        return (await head.run(new Map([['first', values]]))).scores[0] ?? NaN;
      };
      expect(gradient[place]).toBeCloseTo(((await moved(0.02)) - (await moved(-0.02))) / 0.04, 3);
    }
    const { values } = await explainClass(plan, { cut, run: () => head.run(cut) }, 0).catch(() =>
      explainClass(plan, { cut, run: () => head.run(cut) }, 1),
    );
    expect(Math.max(...values)).toBe(1);
  });

  it('outlives being written to files', async () => {
    const compilation = await compileModel(await savedModel(await model(between)));
    const folder = `${await temporaryFolder()}/compiled`;
    await writeCompiled(folder, compilation);
    const { compiled } = compilation;
    const run = async (each: typeof compiled) => {
      const { runner, plan } = await loadNetwork(each, { threads: 1 });
      return (await forward(runner, plan, PICTURE)).scores;
    };
    expect(await run(await readCompiled(folder))).toEqual(await run(compiled));
  });
});

describe('layers in a head that TensorFlow.js differentiates', () => {
  it('ELU beside a layer without a step is differentiated', async () => {
    const built = await model((all) => [all.elu({ name: 'elu' }), all.activation({ activation: 'mish' })]);
    const { compiled } = await compileModel(await savedModel(built), { layer: 'first' });
    const { plan, runner, head } = await loadNetwork(compiled, { threads: 1 });
    const { cut } = await forward(runner, plan, PICTURE);
    const gradient = await (await head.run(cut)).gradient(Float32Array.of(1, 0));
    expect(gradient.some((slope) => slope !== 0)).toBe(true);
  });
});

describe('a model without a feature map', () => {
  it('predicts, and is an unsupported model to explain', async () => {
    const { layers } = await stock();
    const all = layers.layers;
    const built = layers.sequential({
      layers: [all.flatten({ inputShape: [8, 6, 3] }), all.dense({ units: 2, activation: 'softmax' })],
    });
    const { plan, runner, head } = await loadNetwork((await compileModel(await savedModel(built))).compiled, {
      threads: 1,
    });
    const { scores, cut } = await forward(runner, plan, PICTURE);
    expect(largestDifference(probabilitiesOf(scores, plan.output), await stockProbabilities(built))).toBeLessThan(1e-5);
    expect((await refusal(explainClass(plan, { cut, run: () => head.run(cut) }, 0))).code).toBe('unsupported-model');
  });
});

describe('layers with settings that need care', () => {
  it.each([[[1, 2]], [[1]], [[1, 2, 3]]])(
    'PReLU with shared axes %j predicts what TensorFlow.js does',
    async (sharedAxes) => {
      const built = await model((all) => [all.prelu({ sharedAxes, name: 'prelu' })]);
      const { plan, runner, head } = await loadNetwork(
        (await compileModel(await savedModel(built), { layer: 'first' })).compiled,
        {
          threads: 1,
        },
      );
      const { scores, cut } = await forward(runner, plan, PICTURE);
      expect(largestDifference(probabilitiesOf(scores, plan.output), await stockProbabilities(built))).toBeLessThan(
        1e-5,
      );
      expect(largestDifference((await head.run(cut)).scores, scores)).toBeLessThan(1e-5);
    },
  );

  it('a dense layer over a sequence of vectors predicts what TensorFlow.js does', async () => {
    const built = await model((all) => [
      all.reshape({ targetShape: [24, 4], name: 'rows' }),
      all.dense({ units: 4, activation: 'relu', name: 'each' }),
      all.reshape({ targetShape: [6, 4, 4], name: 'map' }),
    ]);
    const { plan, runner } = await loadNetwork((await compileModel(await savedModel(built))).compiled, {
      threads: 1,
    });
    const { scores } = await forward(runner, plan, PICTURE);
    expect(largestDifference(probabilitiesOf(scores, plan.output), await stockProbabilities(built))).toBeLessThan(1e-5);
  });
});
