import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { MEMORY_BANDS } from './analysis/bands.js';
import type { MemoryBand } from './analysis/bands.js';
import type { Reason } from './analysis/reasons.js';

/** The steps of a photo, in their order. */
export type Step = 'fetch' | 'decode' | 'predict' | 'explain' | 'render' | 'send';

/** From a small photo's decoding to the longest deadline, in seconds. */
const STEP_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

interface Load {
  readonly waiting: number;
  readonly running: number;
}

/** What is true now, as opposed to what has happened. */
export interface Present {
  readonly predictions: Load;
  readonly heatmaps: Load;
  readonly memory: { readonly band: MemoryBand; readonly usedBytes: number; readonly limitBytes: number };
  readonly cache: { readonly entries: number | null };
  readonly enginePids: readonly number[];
}

/** Jobs that no process works on yet, and those that one does. */
export interface Queued {
  readonly waiting: number;
  readonly active: number;
}

/**
 * Counters, gauges and times in Prometheus' text format. Each object has a registry of its own: several bots in one
 * process do not mix.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #updates = this.#counter('sorot_updates_total', 'Updates received, by kind.', 'kind');
  readonly #predictions = this.#counter('sorot_predictions_total', 'Predictions asked for, by outcome.', 'outcome');
  readonly #heatmaps = this.#counter('sorot_heatmaps_total', 'Heatmaps asked for, by outcome.', 'outcome');
  readonly #calls = this.#counter('sorot_telegram_calls_total', 'Calls of the Bot API.', 'method', 'outcome');
  readonly #recycles = this.#counter('sorot_recycles_total', 'Vision processes replaced for their memory.');
  readonly #restarts = this.#counter('sorot_engine_restarts_total', 'Vision processes replaced for any cause.');
  readonly #waiting = this.#gauge('sorot_waiting', 'Requests that no engine works on yet.', 'kind');
  readonly #running = this.#gauge('sorot_running', 'Requests that an engine works on.', 'kind');
  readonly #memory = this.#gauge('sorot_memory_bytes', 'Memory in use, as the kernel counts it where it does.');
  readonly #memoryLimit = this.#gauge('sorot_memory_limit_bytes', 'Memory that all processes may have.');
  readonly #memoryBand = this.#gauge('sorot_memory_band', '1 for the band the memory is in.', 'band');
  readonly #cacheEntries = this.#gauge('sorot_cache_entries', 'Predictions kept.');
  readonly #pending = this.#gauge('sorot_pending_updates', 'Updates that wait at Telegram, when last looked.');
  readonly #jobs = this.#gauge('sorot_jobs', 'Updates in the queue that processes share, by state.', 'state');
  readonly #enginePid = this.#gauge('sorot_engine_pid', 'Process id of each vision process.', 'engine');
  readonly #judgements = this.#counter(
    'sorot_judgements_total',
    'Answers that people called right or wrong.',
    'verdict',
  );
  readonly #steps = new Histogram({
    name: 'sorot_step_seconds',
    help: 'Time that each step of a photo takes.',
    labelNames: ['step'],
    buckets: STEP_BUCKETS,
    registers: [this.#registry],
  });
  #present: (() => Present) | null = null;
  #queue: (() => Promise<Queued | null>) | null = null;

  /** The HTTP content type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Everything as of now, in Prometheus' text format. */
  async text(): Promise<string> {
    if (this.#present !== null) this.#show(this.#present());
    const queued = await this.#queue?.();
    if (queued !== null && queued !== undefined)
      for (const state of ['waiting', 'active'] as const) this.#jobs.set({ state }, queued[state]);
    return this.#registry.metrics();
  }

  /** Where to look for the gauges each time that the text is asked for. */
  follow(present: () => Present): void {
    this.#present = present;
  }

  /** The same for the queue that several processes share; null while it is away. */
  followQueue(queue: () => Promise<Queued | null>): void {
    this.#queue = queue;
  }

  /** @param kind the field of the update, such as `message` */
  update(kind: string): void {
    this.#updates.inc({ kind });
  }

  prediction(outcome: 'ok' | 'cached' | Reason): void {
    this.#predictions.inc({ outcome });
  }

  heatmap(outcome: 'ok' | 'resent' | Reason): void {
    this.#heatmaps.inc({ outcome });
  }

  /** @param outcome `ok`, or one of few words for the failure: each is a time series of its own */
  telegramCall(method: string, outcome: string): void {
    this.#calls.inc({ method, outcome });
  }

  judged(verdict: 'right' | 'wrong'): void {
    this.#judgements.inc({ verdict });
  }

  /** How many answers people have called right and wrong. */
  async judgements(): Promise<{ readonly right: number; readonly wrong: number }> {
    const { values } = await this.#judgements.get();
    const of = (verdict: string): number => values.find(({ labels }) => labels.verdict === verdict)?.value ?? 0;
    return { right: of('right'), wrong: of('wrong') };
  }

  /** How long a step took, in seconds. */
  seconds(step: Step, value: number): void {
    this.#steps.observe({ step }, value);
  }

  pendingUpdates(count: number): void {
    this.#pending.set(count);
  }

  recycle(): void {
    this.#recycles.inc();
  }

  engineRestart(): void {
    this.#restarts.inc();
  }

  #show({ predictions, heatmaps, memory, cache, enginePids }: Present): void {
    const loads = { prediction: predictions, heatmap: heatmaps };
    for (const [kind, { waiting, running }] of Object.entries(loads)) {
      this.#waiting.set({ kind }, waiting);
      this.#running.set({ kind }, running);
    }
    this.#memory.set(memory.usedBytes);
    this.#memoryLimit.set(memory.limitBytes);
    for (const band of MEMORY_BANDS) this.#memoryBand.set({ band }, band === memory.band ? 1 : 0);
    if (cache.entries === null) this.#cacheEntries.remove();
    else this.#cacheEntries.set(cache.entries);
    for (const [engine, pid] of enginePids.entries()) this.#enginePid.set({ engine }, pid);
  }

  #counter<const Label extends string>(name: string, help: string, ...labelNames: Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge<const Label extends string>(name: string, help: string, ...labelNames: Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}
