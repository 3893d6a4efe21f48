import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Plan } from '../plan.js';
import { shapesOf, sizeOf } from '../plan.js';
import { channelsFirst } from '../runner.js';
import type { ForwardPass, Runner } from '../runner.js';
import type { ValueRanges } from '../value-ranges.js';
import { buildGraph, cutOutput, SCORES_OUTPUT } from './build.js';
import { encodeModel } from './proto.js';

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
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Without the arena a process grew to 355 MB over 300 runs; with it, it stays at about 116.
    enableCpuMemArena: true,
    // Planned as one block, a run's tensors take 9 MB more with EfficientNet-Lite0 at 256 x 256, and no less time.
    enableMemPattern: false,
    // Weights outside the arena, which grows by doubling: 8 MB less with MobileNetV2, and no slower.
    extra: {
      session: {
        use_device_allocator_for_initializers: '1',
        ...(folder !== null && { model_external_initializers_file_folder_path: folder }),
      },
    },
    logSeverityLevel: 3,
  });
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
    fetches[cutOutput(index)] = bind(value, cut[index] ?? new Float32Array());
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
