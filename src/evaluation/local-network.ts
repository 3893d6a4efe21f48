import { explainClass } from '../vision/cam/class-map.js';
import type { Pass } from '../vision/cam/method.js';
import type { Method } from '../vision/cam/methods.js';
import { VisionError } from '../vision/vision-error.js';
import type { HeatmapValues } from '../vision/image/interpolation.js';
import { loadNetwork } from '../vision/loaded-network.js';
import type { LoadedNetwork } from '../vision/loaded-network.js';
import { keptPass, pictureOf } from '../vision/look-again.js';
import type { SessionOptions } from '../vision/session-messages.js';
import { toInput } from '../vision/preprocess.js';
import { probabilitiesOf } from '../vision/probabilities.js';
import type { Compiled } from '../vision/trunk/plan.js';

/** A method's map, or null where nothing speaks for the class, and what making it took after the network had run. */
export interface TimedMap {
  readonly map: HeatmapValues | null;
  readonly milliseconds: number;
}

/**
 * A network in this process, for pixels that are at hand: the measures make thousands of pictures that no file holds,
 * and encoding each for the vision process would take longer than the network. Photos are decoded here only after the
 * vision process has decoded them without harm.
 */
export class LocalNetwork {
  readonly #network: LoadedNetwork;
  readonly #session: SessionOptions;
  readonly #input: Float32Array;

  private constructor(network: LoadedNetwork, session: SessionOptions) {
    const { height, width, channels } = network.plan.input;
    this.#network = network;
    this.#session = session;
    this.#input = new Float32Array(height * width * channels);
  }

  /** @throws the library's Error where the network does not load. */
  static async load(compiled: Compiled, session: SessionOptions): Promise<LocalNetwork> {
    const { threads, backend } = session;
    const network = await loadNetwork(compiled, { threads, backend, computing: session });
    return new LocalNetwork(network, session);
  }

  /** @param pixels of the network's input size, RGB triples. @returns one probability a class. */
  async probabilities(pixels: Uint8Array): Promise<Float32Array> {
    const { scores } = await this.#run(pixels);
    return probabilitiesOf(scores, this.#network.plan.output, this.#session.temperature);
  }

  /** The maps of one class over pixels of the input size, in the order of the methods. */
  async maps(pixels: Uint8Array, classIndex: number, methods: readonly Method[]): Promise<TimedMap[]> {
    const pass = await this.#run(pixels);
    const maps: TimedMap[] = [];
    for (const method of methods) {
      const start = performance.now();
      const map = await this.#map(pass, classIndex, method);
      maps.push({ map, milliseconds: performance.now() - start });
    }
    return maps;
  }

  /** What its trunk computes in, and why. */
  get precision(): LoadedNetwork['precision'] {
    return this.#network.precision;
  }

  close(): Promise<void> {
    return this.#network.runner.close();
  }

  async #map(pass: Pass, classIndex: number, method: Method): Promise<HeatmapValues | null> {
    const picture = pictureOf(this.#network, this.#input, () => undefined);
    try {
      return await explainClass(this.#network.plan, { ...pass, picture }, classIndex, method);
    } catch (error) {
      // A network of shuffled weights may also give numbers that are not finite.
      if (error instanceof VisionError && ['no-positive-evidence', 'invalid-model'].includes(error.code)) return null;
      throw error;
    }
  }

  async #run(pixels: Uint8Array): Promise<Pass> {
    const { plan, runner } = this.#network;
    toInput(pixels, plan.input.channels, this.#session.range, runner.layout, this.#input);
    return keptPass(this.#network, await runner.run(this.#input));
  }
}
