import pidusage from 'pidusage';
import type { Log } from '../log.js';
import { nextBand } from './bands.js';
import type { MemoryBand } from './bands.js';

/** Milliseconds between two measurements: a photo takes a few dozen, a container is not killed for one second's peak. */
const MEASURE_EVERY_MS = 1000;

export interface MemoryOptions {
  readonly limitBytes: number;
  /** The processes beside this one. */
  readonly pids: () => readonly number[];
  /** After each measurement. */
  readonly onMeasured: (band: MemoryBand) => void;
  readonly log: Log;
}

/**
 * Watches the resident memory of the whole process tree. The sum counts pages that processes share once for each, and
 * is thus rather too high than too low.
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
    this.limitBytes = options.limitBytes;
    this.#timer = setInterval(() => void this.#measureOnce(), MEASURE_EVERY_MS).unref();
    void this.#measureOnce();
  }

  /** As of the last measurement. */
  get band(): MemoryBand {
    return this.#band;
  }

  /** Resident bytes of all processes, as of the last measurement. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** The band, measured again where the last figure is older than this. */
  async bandWithin(milliseconds: number): Promise<MemoryBand> {
    if (performance.now() - this.#measuredAt > milliseconds) await this.#measureOnce();
    return this.#band;
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
    this.#usedBytes = await this.#residentBytes();
    this.#measuredAt = performance.now();
    const band = nextBand(this.#band, this.#usedBytes / this.limitBytes);
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

  /**
   * pidusage, beside what the bot loads anyway, costs 0.5 MB resident and, on Linux, 0.5 ms a measurement of two
   * processes.
   */
  async #residentBytes(): Promise<number> {
    try {
      // Of a process that has just ended there is nothing, whatever the types say; with this one, never all have ended.
      const usage: Partial<Record<string, { memory: number } | null>> = await pidusage([
        process.pid,
        ...this.#options.pids(),
      ]);
      return Object.values(usage).reduce((sum, each) => sum + (each?.memory ?? 0), 0);
    } catch (error) {
      if (!this.#blind) this.#options.log.warn({ err: error }, 'the memory of the vision processes cannot be measured');
      this.#blind = true;
      return process.memoryUsage.rss();
    }
  }
}

export function megabytes(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
