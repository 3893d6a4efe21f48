import { setTimeout as pause } from 'node:timers/promises';
import pino from 'pino';
import type { Engine, EngineOptions } from '../../src/vision/engine.js';
import type { Log } from '../../src/log.js';
import { AnalysisError } from '../../src/analysis/reasons.js';
import type { Reason } from '../../src/analysis/reasons.js';
import { Analysis } from '../../src/analysis/service.js';
import { MemoryStore } from '../../src/analysis/store.js';
import type { AnalysisOptions, PhotoSource } from '../../src/analysis/service.js';
import { Metrics } from '../../src/metrics.js';
import { engineModule, goldenFolder } from '../support/sorot.js';

/** Far above what a test takes: memory is no matter where a test does not make it one. */
const PLENTY = 2 ** 45;

const OPTIONS: AnalysisOptions = {
  heatmaps: true,
  queueLimit: 100,
  personLimit: 100,
  heatmapTimeoutMs: 60_000,
  fetchTimeoutMs: 60_000,
  cacheEntries: 100,
  cacheTtlSeconds: 0,
  memoryLimitBytes: PLENTY,
};

/** The class that is explained where any will do. */
export const FIRST_CLASS = { type: 'class', index: 0 } as const;

export const LEGEND = { title: 'class 0', note: 'of this picture', low: 'little', high: 'much' };

export type Line = Readonly<Record<string, unknown>>;

export interface Analysed {
  readonly analysis: Analysis;
  readonly engines: readonly Engine[];
  readonly log: Log;
  /** What was logged, as JSON objects. */
  readonly lines: readonly Line[];
  /** The value of one line of the metrics, such as `sorot_running{kind="heatmap"}`. */
  readonly metric: (name: string) => Promise<number | undefined>;
}

export interface Setting {
  readonly options?: Partial<AnalysisOptions>;
  readonly engine?: Partial<EngineOptions>;
  readonly engines?: number;
}

/** Starts real engines and an analysis over them, gives it to `work`, and closes all whatever happens. */
export async function withAnalysis<T>(setting: Setting, work: (analysed: Analysed) => Promise<T>): Promise<T> {
  const options = { model: goldenFolder('flatten-dense'), name: 'tested', ...setting.engine };
  const starting = Array.from({ length: setting.engines ?? 1 }, () => engineModule.Engine.start(options));
  const engines = await Promise.all(starting);
  const [engine, ...others] = engines;
  if (engine === undefined) throw new RangeError('Expected at least one engine, got none.');
  const lines: Line[] = [];
  const log = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line) as Line) });
  const metrics = new Metrics();
  const metric = async (name: string): Promise<number | undefined> => {
    const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.slice(name.length));
  };
  const store = new MemoryStore();
  const analysis = new Analysis({ engine, options: { ...OPTIONS, ...setting.options }, store, log, metrics });
  for (const other of others) await analysis.add(other);
  try {
    return await work({ analysis, engines, log, lines, metric });
  } finally {
    await analysis.close();
    await store.close();
  }
}

/** A promise that is settled from outside. */
export class Gate {
  readonly opened: Promise<void>;
  #open: () => void = () => undefined;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  open(): void {
    this.#open();
  }
}

export interface CountedSource extends PhotoSource {
  /** How often it was fetched. */
  readonly fetches: number;
}

/** A photo that is fetched once the gate is open, if there is one. */
export function sourceOf(key: string, bytes: Uint8Array, gate?: Gate): CountedSource {
  let fetches = 0;
  return {
    key,
    get fetches() {
      return fetches;
    },
    fetch: async () => {
      fetches++;
      await gate?.opened;
      return bytes;
    },
  };
}

/** The reason a promise is rejected with, `resolved` where it is not. */
export async function outcomeOf(promise: Promise<unknown>): Promise<Reason | 'resolved'> {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    if (error instanceof AnalysisError) return error.reason;
    throw error;
  }
}

/** Resolves once so many predictions wait: what is kept of their photos is looked for first. */
export function predictionsWaiting(analysis: Analysis, howMany: number): Promise<void> {
  return until(() => analysis.status().predictions.waiting === howMany);
}

const GIVE_UP_MS = 60_000;

/** Waits until something that tells of itself by no event is so. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error('It did not come to be.');
    // Not without a pause: what is waited for needs the processor.
    await pause(2);
  }
}
