import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/vision/model/compile.js';
import type { Plan } from '../../../src/vision/trunk/plan.js';
import { changedModel } from '../../support/models.js';
import type { GraphNodeFile } from '../../support/models.js';

const FLOAT = { T: { type: 'DT_FLOAT' } };
const MAP = 'pooling_dense/Conv_1_bn/FusedBatchNormV3';
const RELU = 'pooling_dense/out_relu/Relu6';
const POOL = 'pooling_dense/pool/Mean';
const SCORES = 'pooling_dense/predictions/BiasAdd';

function named(nodes: readonly GraphNodeFile[], name: string): GraphNodeFile {
  const found = nodes.find((node) => node.name === name);
  if (found === undefined) throw new Error(`The golden graph has no ${name}.`);
  return found;
}

async function planOf(folder: Promise<string>): Promise<Plan> {
  const { compiled } = await compileModel(await folder);
  expect(compiled.whole).toBeNull();
  return compiled.plan;
}

/** The golden graph with its nodes changed, which are told by their names. */
function graphWith(change: (node: (name: string) => GraphNodeFile, all: GraphNodeFile[]) => void): Promise<string> {
  return changedModel('graph', (file) => {
    const all = file.modelTopology.node ?? [];
    change((name) => named(all, name), all);
  });
}

describe("what TensorFlow's optimiser has done to a graph", () => {
  it('is undone where it has put the last activation behind the global max pooling', async () => {
    const written = await planOf(
      graphWith((node) => {
        node(POOL).op = 'Max';
      }),
    );
    const optimised = await planOf(
      graphWith((node) => {
        Object.assign(node(POOL), { op: 'Max', input: [MAP, `${POOL}/reduction_indices`] });
        node(RELU).input = [POOL];
        node(SCORES).input?.splice(0, 1, RELU);
      }),
    );
    expect(optimised.target).toMatchObject({ layer: RELU, shape: [8, 8, 32] });
    expect(optimised).toEqual(written);
  });

  it('is left where the pooling is read by another node too', async () => {
    const { target, scores } = await planOf(
      graphWith((node, all) => {
        Object.assign(node(POOL), { op: 'Max', input: [MAP, `${POOL}/reduction_indices`] });
        node(RELU).input = [POOL];
        all.push({ name: 'both', op: 'AddV2', input: [POOL, RELU], attr: FLOAT });
        node(SCORES).input?.splice(0, 1, 'both');
      }),
    );
    expect(target).toMatchObject({ layer: MAP });
    expect(scores).toBeDefined();
  });

  it('is read where it has put additions together', async () => {
    const add = 'pooling_dense/block_2_add/add';
    const together = graphWith((node) => {
      node(add).op = 'AddN';
    });
    const plan = await planOf(together);
    expect(plan).toEqual(await planOf(graphWith(() => undefined)));
  });
});

describe('a target shape that is computed of the shape itself', () => {
  it('is that of a Flatten, whose batch may be of any size', async () => {
    const folder = await changedModel('graph', (file) => {
      const all = file.modelTopology.node ?? [];
      const int = { T: { type: 'DT_INT32' } };
      const constants = { begin: [0], end: [1], step: [1], sides: 32 };
      for (const name of Object.keys(constants)) all.push({ name, op: 'Const', attr: { dtype: { type: 'DT_INT32' } } });
      const slice = { shrink_axis_mask: { i: '1' }, ...int };
      all.push(
        { name: 'shape', op: 'Shape', input: [POOL], attr: FLOAT },
        { name: 'batch', op: 'StridedSlice', input: ['shape', 'begin', 'end', 'step'], attr: slice },
        { name: 'target', op: 'Pack', input: ['batch', 'sides'], attr: { N: { i: '2' }, axis: { i: '0' }, ...int } },
        { name: 'flatten', op: 'Reshape', input: [POOL, 'target'], attr: FLOAT },
      );
      named(all, SCORES).input?.splice(0, 1, 'flatten');
      file.weightsManifest.push({
        paths: ['numbers.bin'],
        weights: Object.entries(constants).map(([name, value]) => ({
          name,
          dtype: 'int32',
          shape: Array.isArray(value) ? [1] : [],
        })),
      });
    });
    await writeFile(join(folder, 'numbers.bin'), Buffer.from(Int32Array.of(0, 1, 1, 32).buffer));
    const { target, outputs } = await planOf(Promise.resolve(folder));
    expect([target?.layer, outputs]).toEqual([RELU, 5]);
  });
});
