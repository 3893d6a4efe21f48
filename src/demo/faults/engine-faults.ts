import { setTimeout as pause } from 'node:timers/promises';
import type { BotKeeper } from '../bot/keeper.js';

/** Milliseconds between two looks at what the bot works on. */
const LOOK_EVERY_MS = 20;

/** Milliseconds in which a heatmap begins after the prediction is out, or else there is none to come. */
const BEGINS_WITHIN_MS = 2000;

/** The vision processes of the bot, as its own figures name them. */
export class EngineProcesses {
  readonly #keeper: BotKeeper;
  #stopped: readonly number[] = [];

  constructor(keeper: BotKeeper) {
    this.#keeper = keeper;
  }

  /** Has them stand still. */
  async stop(): Promise<void> {
    this.resume();
    this.#stopped = await this.#pids();
    this.#signal('SIGSTOP');
  }

  /** Has those that stand still go on. */
  resume(): void {
    this.#signal('SIGCONT');
    this.#stopped = [];
  }

  /** Ends those that stand still. */
  kill(): void {
    this.#signal('SIGKILL');
    this.#stopped = [];
  }

  /** Resolves with true once one works on a heatmap; with false where it works on a prediction, or where none begins. */
  async beginsHeatmap(): Promise<boolean> {
    const deadline = performance.now() + BEGINS_WITHIN_MS;
    while (performance.now() < deadline && this.#stopped.length > 0) {
      const running = await this.#figures('sorot_running');
      if ((running.get('sorot_running{kind="heatmap"}') ?? 0) > 0) return true;
      if ((running.get('sorot_running{kind="prediction"}') ?? 0) > 0) return false;
      await pause(LOOK_EVERY_MS);
    }
    return false;
  }

  async #pids(): Promise<number[]> {
    const figures = await this.#figures('sorot_engine_pid');
    return [...figures].flatMap(([name, pid]) => (name.startsWith('sorot_engine_pid{') && pid > 0 ? [pid] : []));
  }

  /** None where the bot does not answer: it is being restarted, say. */
  async #figures(name: string): Promise<ReadonlyMap<string, number>> {
    return (await this.#keeper.process?.figures(name).catch(() => undefined)) ?? new Map<string, number>();
  }

  #signal(signal: NodeJS.Signals): void {
    for (const pid of this.#stopped) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended meanwhile: the bot replaces them, for their memory or at a deadline.
      }
    }
  }
}
