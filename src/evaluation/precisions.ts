import { maxIndex, mean, median, min } from 'd3-array';
import { correlation } from '../vision/int8/agreement.js';
import type { Int8Data } from '../vision/int8/int8-file.js';
import type { PrecisionReason } from '../vision/int8/precision-choice.js';
import type { SessionOptions } from '../vision/session-messages.js';
import type { Compiled } from '../vision/trunk/plan.js';
import { defaultMethod } from '../vision/cam/class-map.js';
import { LocalNetwork } from './local-network.js';

/** What int8 changes of a network's answers. */
export interface PrecisionReport {
  readonly photos: number;
  /** Share of photos whose likeliest class is the same in both. */
  readonly same: number;
  /** Correlations of the heatmaps of that class in float32, and the share whose highest place is another; null without maps. */
  readonly maps: { readonly median: number; readonly lowest: number; readonly moved: number } | null;
  /** Median of a photo's time in float32 by that in int8, one after the other. */
  readonly faster: number;
}

/** The same network in float32 and in int8, photo by photo. */
export class Precisions {
  readonly #same: boolean[] = [];
  readonly #maps: { readonly alike: number; readonly moved: boolean }[] = [];
  readonly #faster: number[] = [];

  private constructor(
    readonly compiled: Compiled,
    readonly float32: LocalNetwork,
    readonly int8: LocalNetwork,
  ) {}

  /** @returns why it cannot compute in int8 here, where it cannot. */
  static async load(
    compiled: Compiled,
    session: SessionOptions,
    data: Int8Data,
  ): Promise<Precisions | PrecisionReason> {
    const own = { ...session, int8: { kind: 'own', data } } as const;
    const int8 = await LocalNetwork.load(compiled, { ...own, precision: 'int8' });
    const { name, reason } = int8.precision;
    if (name === 'int8')
      return new Precisions(compiled, await LocalNetwork.load(compiled, { ...own, precision: 'float32' }), int8);
    await int8.close();
    return reason;
  }

  /** @param pixels of the network's input size, RGB triples. */
  async add(pixels: Uint8Array): Promise<void> {
    const times: number[] = [];
    const classes: number[] = [];
    for (const network of [this.float32, this.int8]) {
      // The first look fills the processor's caches, which the other network has just filled with its own.
      await network.probabilities(pixels);
      const start = performance.now();
      classes.push(maxIndex(await network.probabilities(pixels)));
      times.push(performance.now() - start);
    }
    const [best = 0, other] = classes;
    this.#same.push(best === other);
    const [slow = NaN, fast = NaN] = times;
    this.#faster.push(slow / fast);
    if (this.compiled.plan.target === null) return;
    const method = defaultMethod(this.compiled.plan);
    const [one, two] = await Promise.all(
      [this.float32, this.int8].map(async (network) => (await network.maps(pixels, best, [method]))[0]?.map ?? null),
    );
    if (!one || !two) return;
    const moved = maxIndex(one.values) !== maxIndex(two.values);
    this.#maps.push({ alike: correlation(one.values, two.values), moved });
  }

  report(): PrecisionReport {
    const alike = this.#maps.map((each) => each.alike);
    const share = (flags: readonly boolean[]): number => mean(flags, Number) ?? 0;
    return {
      photos: this.#same.length,
      same: share(this.#same),
      maps:
        alike.length === 0
          ? null
          : { median: median(alike) ?? 0, lowest: min(alike) ?? 0, moved: share(this.#maps.map(({ moved }) => moved)) },
      faster: median(this.#faster) ?? 1,
    };
  }

  async close(): Promise<void> {
    await this.float32.close();
    await this.int8.close();
  }
}
