import { explainClass } from '../vision/cam/class-map.js';
import type { Method } from '../vision/cam/methods.js';
import { VisionError } from '../vision/vision-error.js';
import type { CutValues } from '../vision/head/head.js';
import type { HeatmapValues } from '../vision/image/interpolation.js';
import { loadNetwork } from '../vision/loaded-network.js';
import type { LoadedNetwork } from '../vision/loaded-network.js';
import type { SessionOptions } from '../vision/session-messages.js';
import { toInput } from '../vision/preprocess.js';
import { probabilitiesOf } from '../vision/probabilities.js';
import type { Compiled } from '../vision/trunk/plan.js';

/**
 * A network in this process, for pixels that are at hand: the measures make thousands of pictures that no file holds,
 * and encoding each for the vision process would take longer than the network. Photos are decoded here only after the
 * vision process has decoded them without harm.
 */
export class LocalNetwork {
  readonly #network: LoadedNetwork;
  readonly #session: SessionOptions;
  readonly #method: Method;
  readonly #input: Float32Array;

  private constructor(network: LoadedNetwork, session: SessionOptions, method: Method) {
    const { height, width, channels } = network.plan.input;
    this.#network = network;
    this.#session = session;
    this.#method = method;
    this.#input = new Float32Array(height * width * channels);
  }

  /** @throws the library's Error where the network does not load. */
  static async load(compiled: Compiled, session: SessionOptions, method: Method): Promise<LocalNetwork> {
    const { threads, backend } = session;
    const network = await loadNetwork(compiled, { threads, backend });
    return new LocalNetwork(network, session, method);
  }

  /** @param pixels of the network's input size, RGB triples. @returns one probability a class. */
  async probabilities(pixels: Uint8Array): Promise<Float32Array> {
    const { scores } = await this.#run(pixels);
    return probabilitiesOf(scores, this.#network.plan.output, this.#session.temperature);
  }

  /** The map of one class over pixels of the input size, or null where nothing speaks for it. */
  async map(pixels: Uint8Array, classIndex: number): Promise<HeatmapValues | null> {
    const { plan, head } = this.#network;
    const { cut } = await this.#run(pixels);
    try {
      return await explainClass(plan, cut, () => head.run(cut), classIndex, this.#method);
    } catch (error) {
      // A network of shuffled weights may also give numbers that are not finite.
      if (error instanceof VisionError && ['no-positive-evidence', 'invalid-model'].includes(error.code)) return null;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.#network.runner.close();
  }

  async #run(pixels: Uint8Array): Promise<{ cut: CutValues; scores: Float32Array }> {
    const { plan, runner } = this.#network;
    toInput(pixels, plan.input.channels, this.#session.range, runner.layout, this.#input);
    const pass = await runner.run(this.#input);
    return {
      cut: new Map(plan.cut.map((name, index) => [name, new Float32Array(pass.cut[index] ?? [])])),
      scores: Float32Array.from(pass.scores),
    };
  }
}
