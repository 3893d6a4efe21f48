import PQueue from 'p-queue';
import type { BotState, LogLineView } from '../protocol.js';
import type { BotSettings } from './environment.js';
import { BotProcess } from './process.js';
import type { Ended } from './process.js';

/** Starts after the bot has ended by itself: what happens again and again is no accident, and shall be seen. */
const MAX_COMEBACKS = 3;

export interface KeeperOptions {
  readonly environment: (changed: BotSettings) => NodeJS.ProcessEnv;
  readonly onLine: (line: LogLineView) => void;
  readonly onState: (state: BotState) => void;
}

/** Keeps the bot running: starts it, with other settings where a fault needs some, and again where it ended by itself. */
export class BotKeeper {
  readonly #options: KeeperOptions;
  /** One restart at a time: two bots with one token would take each other's updates. */
  readonly #restarts = new PQueue({ concurrency: 1 });
  #state: BotState = { state: 'starting' };
  #settings: BotSettings = {};
  #process: BotProcess | null = null;
  #comebacks = 0;
  #closed = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  get state(): BotState {
    return this.#state;
  }

  /** What runs now. */
  get process(): BotProcess | null {
    return this.#process;
  }

  /** Whether it runs, or is to run, with other settings than the usual ones. */
  get isChanged(): boolean {
    return Object.keys(this.#settings).length > 0;
  }

  /**
   * Starts the bot for the first time.
   *
   * @returns how it ended, where it did so instead of receiving updates; null where it receives them.
   */
  async start(): Promise<Ended | null> {
    return this.#launch();
  }

  /** Ends the bot and starts it with these settings in place of the usual ones. False where it did not come up. */
  restart(settings: BotSettings): Promise<boolean> {
    this.#settings = settings;
    return this.#restarts.add(() => this.#relaunch());
  }

  async close(): Promise<void> {
    this.#closed = true;
    const last = this.#process;
    this.#process = null;
    await last?.stop();
    await this.#restarts.onIdle();
  }

  async #relaunch(): Promise<boolean> {
    if (this.#isClosed()) return false;
    this.#enter({ state: 'restarting' });
    const before = this.#process;
    this.#process = null;
    await before?.stop();
    if (this.#isClosed()) return false;
    const ended = await this.#launch();
    if (ended !== null) this.#enter({ state: 'ended', why: ended.why });
    return ended === null;
  }

  async #launch(): Promise<Ended | null> {
    const started = new BotProcess(this.#options.environment(this.#settings), this.#options.onLine);
    this.#process = started;
    const ended = await Promise.race([started.ready.then(() => null), started.ended]);
    if (ended !== null) {
      if (this.#process === started) this.#process = null;
      return ended;
    }
    void started.ended.then((end) => this.#gone(started, end));
    if (this.#process === started) this.#enter({ state: 'ready' });
    return null;
  }

  /** Only of a process that nobody asked to end. */
  async #gone(process: BotProcess, { why }: Ended): Promise<void> {
    if (this.#process !== process) return;
    this.#process = null;
    if (this.#comebacks >= MAX_COMEBACKS) {
      this.#tell(`The bot ended (${why}). It is not started again: that was the last of ${MAX_COMEBACKS} times.`);
      this.#enter({ state: 'ended', why });
      return;
    }
    this.#comebacks += 1;
    this.#tell(`The bot ended (${why}). It is started again, ${this.#comebacks} of ${MAX_COMEBACKS} times.`);
    await this.restart(this.#settings);
  }

  #tell(text: string): void {
    this.#options.onLine({ time: Date.now() / 1000, level: 'error', text, fields: {} });
  }

  #enter(state: BotState): void {
    this.#state = state;
    this.#options.onState(state);
  }

  /** A method, because the compiler would take the field for unchanged across an await. */
  #isClosed(): boolean {
    return this.#closed;
  }
}
