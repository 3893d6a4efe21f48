import { onChosenBackend } from './backend-choice.js';
import type { BackendChoice, BackendReason } from './backend-choice.js';
import { ArrayHead, runsOnArrays } from './head/head.js';
import type { Head } from './head/head.js';
import type { ScoresFunction } from './head/tensorflow-head.js';
import { correlation, proofFeatures } from './int8/agreement.js';
import { onChosenPrecision } from './int8/precision-choice.js';
import type { SaidPrecision } from './int8/precision-choice.js';
import { hasVnni } from './int8/processor.js';
import type { SessionOptions } from './session-messages.js';
import { shapesOf } from './trunk/plan.js';
import type { Compiled, Plan, Shape, Step } from './trunk/plan.js';
import type { Backend, Runner } from './trunk/runner.js';

/** A network ready to predict and to be explained. */
export interface LoadedNetwork {
  readonly plan: Plan;
  readonly runner: Runner;
  readonly head: Head;
  /** Why it runs on this backend. */
  readonly reason: BackendReason;
  readonly precision: SaidPrecision;
}

export interface LoadOptions {
  /** `auto` by default. */
  readonly backend?: BackendChoice;
  readonly threads: number;
  /** The network's own file: what runs whole is loaded from it once more. */
  readonly model?: string;
  /** What its trunk is to compute in; float32 by default. */
  readonly computing?: Pick<SessionOptions, 'precision' | 'int8' | 'range'>;
}

type Started = Pick<LoadedNetwork, 'runner' | 'precision'>;

/** Where there is no choice. */
const FLOAT32 = { name: 'float32', reason: { kind: 'not-on-onnx' } } as const;

/** Where nothing else is said. */
const IN_FLOAT32 = { precision: 'float32', int8: { kind: 'none' }, range: [0, 1] } as const;

async function createRunner(
  plan: Plan,
  backend: Backend,
  { threads, computing = IN_FLOAT32 }: Pick<LoadOptions, 'threads' | 'computing'>,
): Promise<Started> {
  // Each library is imported only where it runs: neither is small.
  if (backend !== 'onnx') {
    const { createTensorFlowRunner } = await import('./trunk/tfjs.js');
    return { runner: await createTensorFlowRunner(plan, backend, threads), precision: FLOAT32 };
  }
  const { createOnnxRunner } = await import('./trunk/onnx/onnx-runner.js');
  const chosen = await onChosenPrecision(computing.precision, computing.int8, await hasVnni(), {
    float32: () => createOnnxRunner(plan, threads),
    int8: async ({ ranges, features }) => {
      const runner = await createOnnxRunner(plan, threads, new Map(Object.entries(ranges)));
      const made = await proofFeatures(plan, runner, computing.range);
      return { started: runner, correlation: correlation(made, features) };
    },
    close: (runner) => runner.close(),
  });
  return { runner: chosen.started, precision: chosen.precision };
}

/**
 * The plan without what the runner now holds itself: trunk weights go, and head weights get memory of their own, so
 * that the buffer they were read from can go too.
 */
function withoutTrunk(plan: Plan): Plan {
  const own = (value: unknown): unknown => {
    if (value instanceof Float32Array) return value.slice();
    if (Array.isArray(value)) return value.map(own);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, own(each)]));
  };
  return { ...plan, trunk: [], head: plan.head.map((step) => own(step) as Step) };
}

async function headOf(plan: Plan, shapes: ReadonlyMap<string, Shape>): Promise<Head> {
  if (runsOnArrays(plan)) return new ArrayHead(plan, shapes);
  const { stepsScores, TensorFlowHead } = await import('./head/tensorflow-head.js');
  return new TensorFlowHead(plan, stepsScores(plan, shapes), shapes);
}

/**
 * Loads what was compiled.
 *
 * @throws UnsupportedStepError or the library's Error where the asked-for backend cannot run it.
 */
export async function loadNetwork(compiled: Compiled, options: LoadOptions): Promise<LoadedNetwork> {
  const { plan, whole } = compiled;
  const { backend: asked = 'auto', threads } = options;
  if (whole?.on === 'onnx') {
    const { model: file } = options;
    if (file === undefined) throw new RangeError('A model that runs whole needs its file.');
    if (asked !== 'auto' && asked !== 'onnx')
      throw new Error(`Only ONNX Runtime runs this model, not "${asked}": ${whole.why}.`);
    const { createFileRunner } = await import('./trunk/onnx/file-runner.js');
    const shapes = new Map(plan.cut.map((value, index) => [value, whole.cut[index]?.shape ?? []] as const));
    for (const step of plan.head) shapes.set(step.name, step.shape);
    const runner = await createFileRunner(plan, whole, file, threads);
    const common = { plan, reason: { kind: 'as-file', why: whole.why }, precision: FLOAT32 } as const;
    if (whole.head === null) return { ...common, runner, head: await headOf(plan, shapes) };
    const { OnnxHead } = await import('./head/onnx-head.js');
    const head = await OnnxHead.load(whole.head, threads);
    const close = async (): Promise<void> => {
      await Promise.all([head.close(), runner.close()]);
    };
    return { ...common, runner: { ...runner, close }, head };
  }
  if (whole !== null) {
    const { loadGraphFile } = await import('./model/graph-model.js');
    const { createWholeRunner, executeGraph } = await import('./trunk/whole.js');
    const { TensorFlowHead } = await import('./head/tensorflow-head.js');
    const { model: file } = options;
    if (file === undefined) throw new RangeError('A graph that runs whole needs its file.');
    const { started, reason } = await onChosenBackend(asked, whole.why, async (backend) => {
      if (backend === 'onnx') throw new RangeError('A graph that runs whole has no form in ONNX.');
      return createWholeRunner(plan, whole, () => loadGraphFile(file), backend, threads);
    });
    const { runner, model } = started;
    const shapes = new Map(plan.target === null ? [] : [[plan.target.value, plan.target.shape]]);
    const scoresOf: ScoresFunction = (_tf, cut) => {
      const [scores] = executeGraph(model, Object.fromEntries(cut), [whole.scoresNode]);
      if (scores === undefined) throw new RangeError('The graph gives no scores.');
      return scores;
    };
    const head = new TensorFlowHead(plan, scoresOf, shapes);
    return { plan, runner, head, reason, precision: FLOAT32 };
  }
  const lean = withoutTrunk(plan);
  const head = await headOf(lean, shapesOf(plan));
  const { started, reason } = await onChosenBackend(asked, null, (backend) => createRunner(plan, backend, options));
  return { plan: lean, head, ...started, reason };
}
