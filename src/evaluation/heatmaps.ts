import { availableParallelism } from 'node:os';
import { mean, median } from 'd3-array';
import { randomLcg } from 'd3-random';
import type { Method } from '../vision/cam/methods.js';
import type { Engine } from '../vision/engine.js';
import { decodeForInput } from '../vision/image/decode.js';
import type { Pixels } from '../vision/image/decode.js';
import { readCompiled } from '../vision/model/plan-file.js';
import { LocalNetwork } from './local-network.js';
import type { TimedMap } from './local-network.js';
import { besideEachOther, halfOfPeak } from './pairs.js';
import { blurred, mapScores, perturb, RANKINGS, scoresOf } from './perturbing.js';
import type { Perturbed, Ranking } from './perturbing.js';
import { randomised, rankCorrelation } from './randomising.js';
import type { ComparedMethod, HeatmapReport, RandomisingSummary } from './report.js';

/** Threads of one forward pass here: while the measures run nothing else does, and small machines have two cores. */
const THREADS = Math.min(2, availableParallelism());

/** A photo to measure heatmaps on. */
export interface MeasuredPhoto {
  readonly bytes: Uint8Array;
  /** Its class, and the likeliest one. */
  readonly truth: number;
  readonly best: number;
}

/** One of two photos beside each other. */
interface Half {
  readonly truth: number;
  readonly pixels: Pixels;
}

/** What is counted of one method. */
class MethodTally {
  readonly pairs: boolean[] = [];
  /** Of photos that every method has a map of. */
  readonly perturbed: Perturbed[] = [];
  readonly milliseconds: number[] = [];
  /** How far the maps of networks with shuffled weights are those of the trained one. */
  readonly correlations = { last: [] as number[], all: [] as number[] };
  without = 0;

  constructor(readonly method: Method) {}

  get pairsRight(): { readonly pairs: number; readonly right: number } | null {
    return this.pairs.length === 0 ? null : { pairs: this.pairs.length, right: this.pairs.filter(Boolean).length };
  }

  get randomising(): HeatmapReport['randomising'] {
    return { last: summary(this.correlations.last), all: summary(this.correlations.all) };
  }
}

const share = (flags: readonly boolean[]): number => mean(flags, (flag) => (flag ? 1 : 0)) ?? 0;

/** Measures heatmaps photo by photo; of a photo only numbers stay, and of the last ones a half for the next pair. */
export class HeatmapMeasures {
  readonly #engine: Engine;
  readonly #network: LocalNetwork;
  readonly #shuffled: Readonly<Record<'last' | 'all', LocalNetwork | null>>;
  readonly #random: () => number;
  /** The engine's own method, which everything is measured of. */
  readonly #own: MethodTally;
  /** Those that are compared, the engine's among them where any are. */
  readonly #compared: readonly MethodTally[];
  readonly #perturbed: Record<Ranking, Perturbed>[] = [];
  /** The last photo, and the last before it of another class. */
  #before: readonly Half[] = [];
  /** The first photo, as the right half of a pair. */
  #first: Half | null = null;
  #photos = 0;
  #comparable = 0;

  private constructor(
    engine: Engine,
    networks: { trained: LocalNetwork; last: LocalNetwork | null; all: LocalNetwork | null },
    compared: readonly Method[],
    random: () => number,
  ) {
    this.#engine = engine;
    this.#network = networks.trained;
    this.#shuffled = networks;
    this.#own = new MethodTally(engine.method);
    const others = compared.filter((method) => method !== engine.method).map((method) => new MethodTally(method));
    this.#compared = others.length === 0 ? [] : [this.#own, ...others];
    this.#random = random;
  }

  /**
   * Loads the engine's network and two with shuffled weights into this process.
   *
   * @param engine whose model has a feature map
   * @param compared methods that are measured beside the engine's own
   */
  static async load(engine: Engine, compared: readonly Method[], seed: number): Promise<HeatmapMeasures> {
    const random = randomLcg(seed);
    const session = { ...engine.session, threads: THREADS };
    const compiled = await readCompiled(session.compiled);
    const load = async (which: 'last' | 'all'): Promise<LocalNetwork | null> => {
      const shuffled = randomised(compiled, which, random);
      // What is known of the trained network's numbers does not hold for others.
      return shuffled && LocalNetwork.load(shuffled, { ...session, precision: 'float32' });
    };
    const trained = await LocalNetwork.load(compiled, session);
    const networks = { trained, last: await load('last'), all: await load('all') };
    return new HeatmapMeasures(engine, networks, compared, random);
  }

  /** @throws VisionError as decoding does, for a photo that the engine would refuse as well. */
  async add({ bytes, truth, best }: MeasuredPhoto): Promise<void> {
    const { input } = this.#engine.info;
    const { form } = this.#engine.session;
    this.#photos += 1;
    await this.#addPair(bytes, truth);
    const pixels = await decodeForInput(bytes, input, form);
    const made = await this.#maps(this.#network, pixels.data, best);
    for (const [tally, { map, milliseconds }] of made) {
      tally.without += map === null ? 1 : 0;
      tally.milliseconds.push(milliseconds);
    }
    await this.#perturb(pixels, best, made);
    for (const which of ['last', 'all'] as const) {
      const network = this.#shuffled[which];
      if (network === null) continue;
      const others = await this.#maps(network, pixels.data, best);
      for (const [tally, { map }] of made) {
        const other = others.get(tally)?.map;
        // No map at all is as far from the trained one as can be.
        if (map !== null) tally.correlations[which].push(other ? rankCorrelation(map.values, other.values) : 0);
      }
    }
  }

  get #tallies(): readonly MethodTally[] {
    return this.#compared.length === 0 ? [this.#own] : this.#compared;
  }

  /** A map by every method. */
  async #maps(network: LocalNetwork, pixels: Uint8Array, index: number): Promise<Map<MethodTally, TimedMap>> {
    const methods = this.#tallies.map(({ method }) => method);
    const maps = await network.maps(pixels, index, methods);
    return new Map(this.#tallies.map((tally, at) => [tally, maps[at] ?? { map: null, milliseconds: NaN }]));
  }

  /** Deletion and insertion by the engine's own map beside other orders, and by the maps of the methods compared. */
  async #perturb(pixels: Pixels, best: number, made: ReadonlyMap<MethodTally, TimedMap>): Promise<void> {
    const own = made.get(this.#own)?.map ?? null;
    const perturbing = {
      picture: pixels.data,
      ground: await blurred(pixels),
      probability: async (picture: Uint8Array) => (await this.#network.probabilities(picture))[best] ?? 0,
    };
    if (own === null) return;
    const perturbed = await perturb(perturbing, scoresOf(pixels, own, this.#random));
    this.#perturbed.push(perturbed);
    // Methods are compared on the same photos: those that all of them have a map of.
    const maps = [...made].flatMap(([tally, { map }]) => (map === null ? [] : [{ tally, map }]));
    if (this.#compared.length === 0 || maps.length < this.#compared.length) return;
    this.#comparable += 1;
    for (const { tally, map } of maps) {
      if (tally === this.#own) tally.perturbed.push(perturbed.heatmap);
      else tally.perturbed.push((await perturb(perturbing, { heatmap: mapScores(pixels, map) })).heatmap);
    }
  }

  /** Puts the photo right of the last one of another class, and looks where each one's heatmap is highest. */
  async #addPair(bytes: Uint8Array, truth: number): Promise<void> {
    const { width, height } = this.#engine.info.input;
    const half = Math.floor(width / 2);
    const other = this.#before.find((each) => each.truth !== truth);
    // The middle of each photo, whatever the model does with single ones: squeezed to half the width, things look unlike
    // anything it was trained on.
    const decoded = (across: number): Promise<Pixels> =>
      decodeForInput(bytes, { width: across, height }, { ...this.#engine.session.form, resize: 'crop' });
    const right = { truth, pixels: await decoded(width - half) };
    this.#first ??= right;
    if (other !== undefined) await this.#look(other, right);
    this.#before = [{ truth, pixels: await decoded(half) }, ...(other === undefined ? [] : [other])];
  }

  /** Whether the heatmap of each photo's class is highest in its half. */
  async #look(left: Half, right: Half): Promise<void> {
    const { data } = besideEachOther(left.pixels, right.pixels);
    const ofLeft = await this.#maps(this.#network, data, left.truth);
    const ofRight = await this.#maps(this.#network, data, right.truth);
    for (const tally of this.#tallies) {
      const [one, other] = [ofLeft, ofRight].map((maps) => maps.get(tally)?.map ?? null);
      tally.pairs.push(!!one && !!other && halfOfPeak(one) === 'left' && halfOfPeak(other) === 'right');
    }
  }

  /** The figures, after the last photo was put beside the first one: as many pairs as photos. */
  async report(): Promise<HeatmapReport> {
    const first = this.#first;
    const last = this.#before.find((each) => each.truth !== first?.truth);
    if (first !== null && last !== undefined && this.#photos > 2) await this.#look(last, first);
    const { info, method } = this.#engine;
    return {
      method,
      layer: info.layer,
      rows: info.map?.rows ?? 0,
      columns: info.map?.columns ?? 0,
      photos: this.#photos,
      without: this.#own.without,
      pairs: this.#own.pairsRight,
      perturbing: this.#perturbing(),
      randomising: this.#own.randomising,
      compared: this.#compared.length === 0 ? null : this.#comparison(),
    };
  }

  async close(): Promise<void> {
    for (const network of [this.#network, this.#shuffled.last, this.#shuffled.all]) await network?.close();
  }

  #comparison(): NonNullable<HeatmapReport['compared']> {
    const methods = this.#compared.map((tally): ComparedMethod => ({
      method: tally.method,
      without: tally.without,
      pairs: tally.pairsRight,
      deletion: mean(tally.perturbed, (each) => each.deletion) ?? null,
      insertion: mean(tally.perturbed, (each) => each.insertion) ?? null,
      randomising: tally.randomising,
      milliseconds: median(tally.milliseconds) ?? null,
    }));
    return { photos: this.#comparable, methods };
  }

  #perturbing(): HeatmapReport['perturbing'] {
    const measured = this.#perturbed;
    if (measured.length === 0) return null;
    const means = (ranking: Ranking): Perturbed => ({
      deletion: mean(measured, (each) => each[ranking].deletion) ?? 0,
      insertion: mean(measured, (each) => each[ranking].insertion) ?? 0,
    });
    const gain = (each: Record<Ranking, Perturbed>, ranking: Ranking): number =>
      each[ranking].insertion - each[ranking].deletion;
    const better = (ranking: Ranking): number =>
      share(measured.map((each) => gain(each, 'heatmap') > gain(each, ranking)));
    const [heatmap, random, centre, edges] = RANKINGS;
    return {
      baseline: 'blurred picture',
      means: { heatmap: means(heatmap), random: means(random), centre: means(centre), edges: means(edges) },
      better: { random: better(random), centre: better(centre), edges: better(edges) },
    };
  }
}

function summary(correlations: readonly number[]): RandomisingSummary | null {
  const correlation = mean(correlations);
  return correlation === undefined ? null : { correlation };
}
