import { readFile } from 'node:fs/promises';
import pidusage from 'pidusage';
import type { Log } from '../log.js';
import { enteredAt, nextBand } from './bands.js';
import type { MemoryBand } from './bands.js';
import type { MemoryLimit } from './memory-limit.js';

/** Milliseconds between two measurements: a photo takes a few dozen, a container is not killed for one second's peak. */
const MEASURE_EVERY_MS = 1000;

export interface MemoryOptions {
  readonly limit: MemoryLimit;
  /** The processes beside this one. */
  readonly pids: () => readonly number[];
  /** After each measurement. */
  readonly onMeasured: (band: MemoryBand) => void;
  readonly log: Log;
}

/**
 * Watches the memory in use: what the kernel counts for the container whose limit holds, else what the processes have,
 * with pages that they share counted once.
 */
export class Memory {
  readonly limitBytes: number;
  readonly #options: MemoryOptions;
  readonly #timer: NodeJS.Timeout;
  #band: MemoryBand = 'normal';
  #usedBytes = process.memoryUsage.rss();
  #measuredAt = -Infinity;
  #measuring: Promise<void> | null = null;
  #blind = false;

  constructor(options: MemoryOptions) {
    this.#options = options;
    this.limitBytes = options.limit.bytes;
    this.#timer = setInterval(() => void this.#measureOnce(), MEASURE_EVERY_MS).unref();
    void this.#measureOnce();
  }

  /** As of the last measurement. */
  get band(): MemoryBand {
    return this.#band;
  }

  /** Bytes in use, as of the last measurement. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The band, measured again where the last figure is older than this. */
  async bandWithin(milliseconds: number): Promise<MemoryBand> {
    if (performance.now() - this.#measuredAt > milliseconds) await this.#measureOnce();
    return this.#band;
  }

  /** Whether so many bytes more, by a figure of now, leave room for heatmaps. */
  async hasRoomFor(bytes: number): Promise<boolean> {
    await this.#measureOnce();
    return this.#usedBytes + bytes < enteredAt('high', this.limitBytes);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #measureOnce(): Promise<void> {
    this.#measuring ??= this.#measure().finally(() => {
      this.#measuring = null;
    });
    return this.#measuring;
  }

  async #measure(): Promise<void> {
    this.#usedBytes = await this.#used();
    this.#measuredAt = performance.now();
    const band = nextBand(this.#band, this.#usedBytes, this.limitBytes);
    if (band !== this.#band) {
      const figures = {
        band,
        was: this.#band,
        usedMb: megabytes(this.#usedBytes),
        limitMb: megabytes(this.limitBytes),
      };
      if (band === 'normal') this.#options.log.info(figures, 'memory band changed');
      else this.#options.log.warn(figures, 'memory band changed');
      this.#band = band;
    }
    this.#options.onMeasured(band);
  }

  async #used(): Promise<number> {
    const { limit, pids } = this.#options;
    const all = [process.pid, ...pids()];
    return limit.usage?.() ?? (await ownAndSharedBytes(all)) ?? this.#residentBytes(all);
  }

  /** Where the kernel says nothing else. Pages that processes share count once for each: rather too many than too few. */
  async #residentBytes(pids: number[]): Promise<number> {
    try {
      // Of a process that has just ended there is nothing, whatever the types say; with this one, never all have ended.
      const usage: Partial<Record<string, { memory: number } | null>> = await pidusage(pids);
      return Object.values(usage).reduce((sum, each) => sum + (each?.memory ?? 0), 0);
    } catch (error) {
      if (!this.#blind) this.#options.log.warn({ err: error }, 'the memory of the vision processes cannot be measured');
      this.#blind = true;
      return process.memoryUsage.rss();
    }
  }
}

/**
 * What each process has for itself, and once what the largest of them has of files: they run the same program. Within
 * 3 % of their proportional set sizes, which take the kernel 5 ms a process to add up. Null where the kernel does not say.
 */
async function ownAndSharedBytes(pids: readonly number[]): Promise<number | null> {
  let own = 0;
  let shared = 0;
  for (const pid of pids) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kilobytes = (field: string): number =>
      Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? NaN);
    const anonymous = kilobytes('RssAnon');
    // One that has ended has nothing.
    if (Number.isNaN(anonymous) && pid !== process.pid) continue;
    own += anonymous;
    shared = Math.max(shared, kilobytes('RssFile') + kilobytes('RssShmem'));
  }
  const sum = own + shared;
  return Number.isFinite(sum) ? sum * 1024 : null;
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
