import { onChosenBackend } from './backend-choice.js';
import type { BackendChoice, BackendReason } from './backend-choice.js';
import { ArrayHead, runsOnArrays } from './head/head.js';
import type { Head } from './head/head.js';
import type { ScoresFunction } from './head/tensorflow-head.js';
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
}

export interface LoadOptions {
  /** `auto` by default. */
  readonly backend?: BackendChoice;
  readonly threads: number;
  /** The network's own file: what runs whole is loaded from it once more. */
  readonly model?: string;
}

async function createRunner(plan: Plan, backend: Backend, threads: number): Promise<Runner> {
  // Each library is imported only where it runs: neither is small.
  if (backend === 'onnx') {
    const { createOnnxRunner } = await import('./trunk/onnx/onnx-runner.js');
    return createOnnxRunner(plan, threads);
  }
  const { createTensorFlowRunner } = await import('./trunk/tfjs.js');
  return createTensorFlowRunner(plan, backend, threads);
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
    return { plan, runner, head: await headOf(plan, shapes), reason: { kind: 'as-file', why: whole.why } };
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
    return { plan, runner, head, reason };
  }
  const lean = withoutTrunk(plan);
  const head = await headOf(lean, shapesOf(plan));
  const { started, reason } = await onChosenBackend(asked, null, (backend) => createRunner(plan, backend, threads));
  return { plan: lean, head, runner: started, reason };
}
