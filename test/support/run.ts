import { createOnnxRunner } from '../../src/vision/trunk/onnx/onnx-runner.js';
import type { Plan } from '../../src/vision/trunk/plan.js';
import type { Backend, Runner } from '../../src/vision/trunk/runner.js';
import { createTensorFlowRunner } from '../../src/vision/trunk/tfjs.js';
import { channelsFirst } from './plans.js';

export interface Outputs {
  /** The cut values by name. */
  readonly cut: ReadonlyMap<string, Float32Array>;
  readonly scores: Float32Array;
}

/** One forward pass over a picture given channels last; the outputs are copies. */
export async function forward(runner: Runner, plan: Plan, picture: Float32Array): Promise<Outputs> {
  const input = runner.layout === 'nchw' ? channelsFirst(picture, plan.input.channels) : picture;
  const { cut, scores } = await runner.run(input);
  return {
    cut: new Map(plan.cut.map((name, index) => [name, Float32Array.from(cut[index] ?? [])])),
    scores: Float32Array.from(scores),
  };
}

/** Loads a plan into a backend, runs it once and closes it. */
export async function runOn(backend: Backend, plan: Plan, picture: Float32Array): Promise<Outputs> {
  const runner = backend === 'onnx' ? await createOnnxRunner(plan, 1) : await createTensorFlowRunner(plan, backend, 1);
  try {
    return await forward(runner, plan, picture);
  } finally {
    await runner.close();
  }
}
