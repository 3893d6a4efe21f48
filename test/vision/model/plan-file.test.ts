import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/vision/model/compile.js';
import type { Findings } from '../../../src/vision/model/findings.js';
import { readCompiled, readFindings, writeCompiled } from '../../../src/vision/model/plan-file.js';
import type { Compiled } from '../../../src/vision/trunk/plan.js';
import { sizeOf } from '../../../src/vision/trunk/plan.js';
import { goldenFolder } from '../../support/golden.js';
import { temporaryFolder } from '../../support/models.js';
import { headPlan, step } from '../../support/plans.js';
import { namedInputs, OPERATION_CASES } from '../../support/operations.js';

const FINDINGS: Findings = {
  origin: 'a test',
  layers: 3,
  parameters: 12,
  channels: 3,
  output: { name: 'probs', among: 2, asked: false, kind: 'softmax', classes: 2 },
  range: { from: 'own-layers', range: [0, 255], layer: 'rescaling' },
  labels: [],
  resize: null,
};

/** What was read without where its weights lie. */
function inMemory(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inMemory);
  if (typeof value !== 'object' || value === null || value instanceof Float32Array) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'stored');
  return Object.fromEntries(kept.map(([key, each]: [string, unknown]) => [key, inMemory(each)]));
}

describe('compiled files', () => {
  it.each(['many-sigmoids', 'linear-output', 'one-sigmoid'] as const)('give %s back as it was', async (name) => {
    const { compiled } = await compileModel(goldenFolder(name));
    const folder = join(await temporaryFolder(), 'compiled');
    await writeCompiled(folder, { compiled: compiled, findings: FINDINGS });
    expect(await readFindings(folder)).toEqual(FINDINGS);
    expect(inMemory(await readCompiled(folder))).toEqual(compiled);
    expect((await readdir(folder)).sort()).toEqual(['findings.json', 'plan.json', 'weights.bin']);
  });

  it('give every operation back as it was, one after the other', async () => {
    const plans = OPERATION_CASES.map(({ inputs, operation, shape }) =>
      headPlan(namedInputs(inputs), [step('y', Object.keys(namedInputs(inputs)), operation, shape)]),
    );
    const [first] = plans;
    if (first === undefined) throw new Error('There are no cases.');
    const compiled: Compiled = { plan: { ...first, head: plans.flatMap(({ head }) => head) }, whole: null };
    const folder = join(await temporaryFolder(), 'compiled');
    await writeCompiled(folder, { compiled: compiled, findings: FINDINGS });
    const { plan } = await readCompiled(folder);
    expect(inMemory(plan)).toEqual(compiled.plan);
    const sizes = plan.head.flatMap(({ operation }) => ('filter' in operation ? [operation.filter] : []));
    expect(sizes.every(({ shape, values }) => values.length === sizeOf(shape))).toBe(true);
  });

  it('keep the nodes of a graph that runs whole', async () => {
    const plan = headPlan({ x: [2, 2, 1] }, []);
    const whole = { on: 'tensorflow', why: 'no step', inputNode: 'input', scoresNode: 'scores' } as const;
    const folder = join(await temporaryFolder(), 'compiled');
    await writeCompiled(folder, { compiled: { plan, whole }, findings: FINDINGS });
    expect(await readCompiled(folder)).toEqual({ plan, whole });
  });
});
