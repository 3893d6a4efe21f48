import { InferenceSession, Tensor } from 'onnxruntime-node';
import { GRADIENT_OUTPUT, SCORES_OUTPUT, SEED_INPUT } from '../trunk/onnx/graph-names.js';
import { encodeModel } from '../trunk/onnx/proto.js';
import type { OnnxGraph } from '../trunk/onnx/proto.js';
import { sessionOptions } from '../trunk/onnx/session-options.js';
import { sizeOf } from '../trunk/plan.js';
import type { CutValues, Head, HeadRun } from './head.js';

/** A head that is a graph of an ONNX file, differentiated when it was compiled: ONNX Runtime computes both. */
export class OnnxHead implements Head {
  readonly #graph: OnnxGraph;
  readonly #session: InferenceSession;

  private constructor(graph: OnnxGraph, session: InferenceSession) {
    this.#graph = graph;
    this.#session = session;
  }

  /** @throws the library's Error where it does not load. */
  static async load(graph: OnnxGraph, threads: number): Promise<OnnxHead> {
    const { model, folder } = encodeModel(graph);
    return new OnnxHead(graph, await InferenceSession.create(model, sessionOptions(threads, folder)));
  }

  async run(cut: CutValues): Promise<HeadRun> {
    const size = sizeOf(this.#graph.inputs.find(({ name }) => name === SEED_INPUT)?.shape ?? []);
    const compute = (seed: Float32Array, output: string): Promise<Float32Array> =>
      this.#compute(new Map([...cut, [SEED_INPUT, seed]]), output);
    // Scores need no seed, but a graph is given all its inputs.
    const scores = await compute(new Float32Array(size), SCORES_OUTPUT);
    return { scores, gradient: (seed) => compute(seed, GRADIENT_OUTPUT) };
  }

  close(): Promise<void> {
    return this.#session.release();
  }

  async #compute(given: CutValues, output: string): Promise<Float32Array> {
    const feeds = this.#graph.inputs.map(({ name, shape }) => {
      const values = given.get(name);
      if (values === undefined) throw new RangeError(`The head reads "${name}", which is not given.`);
      return [name, new Tensor('float32', values, [...shape])] as const;
    });
    const { [output]: made } = await this.#session.run(Object.fromEntries(feeds), [output]);
    if (!(made?.data instanceof Float32Array)) throw new RangeError(`The head does not make its ${output}.`);
    const values = Float32Array.from(made.data);
    made.dispose();
    return values;
  }
}
