import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Plan } from '../plan.js';
import { shapesOf, sizeOf } from '../plan.js';
import { channelsFirst } from '../runner.js';
import type { ForwardPass, Runner } from '../runner.js';
import type { ValueRanges } from '../value-ranges.js';
import { buildGraph } from './build.js';
import { cutName, SCORES_OUTPUT } from './graph-names.js';
import { encodeModel } from './proto.js';
import { sessionOptions } from './session-options.js';

/**
 * Loads a plan into ONNX Runtime. Input and outputs are bound to the same buffers for every run: the runtime's own
 * output memory is released only when JavaScript's collector notices it, which is late.
 *
 * @param threads threads within one operation.
 * @param ranges of values of the trunk, which then computes in int8; null for float32.
 * @throws UnsupportedStepError for a plan with a step that has no ONNX form.
 */
export async function createOnnxRunner(
  plan: Plan,
  threads: number,
  ranges: ValueRanges | null = null,
): Promise<Runner> {
  const { model, folder } = encodeModel(buildGraph(plan, ranges));
  const session = await InferenceSession.create(model, sessionOptions(threads, folder));
  const shapes = shapesOf(plan);
  const { height, width, channels } = plan.input;
  const buffer = (value: string): Float32Array => new Float32Array(sizeOf(shapes.get(value) ?? []));
  const cut = plan.cut.map(buffer);
  const scores = buffer(plan.scores);
  const bind = (value: string, data: Float32Array): Tensor =>
    new Tensor('float32', data, [1, ...(shapes.get(value) ?? [])]);

  const inputShape = channelsFirst([height, width, channels]);
  const fetches: Record<string, Tensor> = { [SCORES_OUTPUT]: bind(plan.scores, scores) };
  plan.cut.forEach((value, index) => {
    fetches[cutName(index)] = bind(value, cut[index] ?? new Float32Array());
  });

  return {
    backend: 'onnx',
    layout: 'nchw',
    run: async (picture): Promise<ForwardPass> => {
      await session.run({ picture: new Tensor('float32', picture, inputShape) }, fetches);
      return { cut, scores };
    },
    tensorCount: () => Object.keys(fetches).length + 1,
    close: () => session.release(),
  };
}
