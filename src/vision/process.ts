import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import workerpool from 'workerpool';
import { childEnvironment } from './child.js';
import { VisionError } from './errors.js';
import type { Outcome, SessionInfo, SessionOptions } from './messages.js';

/** A killed process is given this long to end by itself before it is killed for good. */
const TERMINATE_MS = 200;

export interface ProcessLimits {
  /** Milliseconds from a process' start to its being ready. */
  readonly startTimeout: number;
  /** Calls waiting at most; one more is refused with `busy`. */
  readonly queueLimit: number;
}

/**
 * One vision process and its successors: calls are answered one at a time, in order; after a crash or a deadline the
 * next call gets a fresh process.
 */
export class VisionProcess {
  readonly #pool: workerpool.Pool;
  readonly #limits: ProcessLimits;
  /** The pool is given one call at a time: calls it queues itself are forgotten when its process dies. */
  readonly #queue = new PQueue({ concurrency: 1 });
  #info: SessionInfo | null = null;
  #closed = false;

  private constructor(session: SessionOptions, limits: ProcessLimits) {
    this.#limits = limits;
    this.#pool = workerpool.pool(fileURLToPath(new URL('./worker.js', import.meta.url)), {
      workerType: 'process',
      minWorkers: 0,
      maxWorkers: 1,
      workerTerminateTimeout: TERMINATE_MS,
      forkArgs: [JSON.stringify(session)],
      forkOpts: {
        env: childEnvironment(process.env),
        serialization: 'advanced',
        // A small young generation: the process' own objects are few, its pixels and tensors live outside the heap.
        execArgv: ['--expose-gc', '--max-semi-space-size=1', '--max-old-space-size=96'],
      },
    });
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @throws VisionError `invalid-model`, `timeout` or `crashed`.
   */
  static async start(
    session: SessionOptions,
    limits: ProcessLimits,
  ): Promise<{ process: VisionProcess; info: SessionInfo }> {
    const started = new VisionProcess(session, limits);
    try {
      return { process: started, info: await started.#inTurn(() => started.#ready()) };
    } catch (error) {
      await started.close();
      throw error;
    }
  }

  /** What the process said of itself, or null while none runs. */
  get info(): SessionInfo | null {
    return this.#info;
  }

  /**
   * One call, after those before it. The deadline counts from when the process works on it: waiting and the start of a
   * fresh process are not taken off it.
   *
   * @throws VisionError `timeout`, `crashed`, `busy`, `closed`, or what the call itself answers.
   */
  call<T>(method: string, parameters: readonly unknown[], timeout: number): Promise<T> {
    return this.#inTurn(async () => {
      await this.#ready();
      try {
        return await this.#exchange<T>(method, parameters, timeout);
      } catch (error) {
        if (!(error instanceof GoneBeforeError)) throw error;
        await this.#ready();
        return this.#exchange<T>(method, parameters, timeout);
      }
    });
  }

  /** Ends the process after the calls before this one and starts a fresh one. */
  recycle(): Promise<SessionInfo> {
    return this.#inTurn(async () => {
      if (this.#info !== null) {
        await this.#exchange('recycle', [], this.#limits.startTimeout).catch((error: unknown) => {
          // The process ends instead of answering: that is what was asked for.
          const ended = error instanceof VisionError && error.code === 'crashed';
          if (!ended && !(error instanceof GoneBeforeError)) throw error;
        });
      }
      return this.#ready();
    });
  }

  /** Ends the process; calls in flight and later ones are rejected with `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#pool.terminate(true);
    await this.#queue.onIdle();
  }

  /** Runs after the calls before, where the queue has room. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed()) throw closed();
    if (this.#queue.size >= this.#limits.queueLimit) {
      throw new VisionError('busy', 'Too many photos are waiting. Please try again in a moment.');
    }
    try {
      return await this.#queue.add(() => {
        if (this.#isClosed()) throw closed();
        return work();
      });
    } catch (error) {
      if (this.#isClosed()) throw closed(error);
      throw error;
    }
  }

  /** A running process: the one there is, else a fresh one. */
  async #ready(): Promise<SessionInfo> {
    const info = (): Promise<SessionInfo> => this.#exchange<SessionInfo>('info', [], this.#limits.startTimeout);
    this.#info ??= await info().catch((error: unknown) => {
      if (error instanceof GoneBeforeError) return info();
      throw error;
    });
    return this.#info;
  }

  async #exchange<T>(method: string, parameters: readonly unknown[], timeout: number): Promise<T> {
    // Given to a pool that is closing, a call would never be answered.
    if (this.#isClosed()) throw closed();
    try {
      return await exchange<T>(this.#pool, method, parameters, timeout);
    } catch (error) {
      const stopped = error instanceof VisionError && (error.code === 'timeout' || error.code === 'crashed');
      if (stopped || error instanceof GoneBeforeError) this.#info = null;
      throw error;
    }
  }

  /** A method, because the compiler would take the field for unchanged across an await. */
  #isClosed(): boolean {
    return this.#closed;
  }
}

function closed(cause?: unknown): VisionError {
  return new VisionError('closed', 'The engine is closed.', { cause });
}

/** The process had ended before it could be given the call, which may thus be given to the next. */
class GoneBeforeError extends Error {
  override readonly name = 'GoneBeforeError';
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 1000)} s`;
}

/** One call over the process boundary, its failures told apart. */
async function exchange<T>(
  pool: workerpool.Pool,
  method: string,
  parameters: readonly unknown[],
  timeout: number,
): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = (await pool.exec(method, [...parameters]).timeout(timeout)) as Outcome<T>;
  } catch (error) {
    if (error instanceof workerpool.Promise.TimeoutError) {
      throw new VisionError('timeout', `It took longer than ${duration(timeout)} and was stopped.`, { cause: error });
    }
    if (error instanceof Error && error.message === 'Worker is terminated') {
      throw new GoneBeforeError('The vision process had ended.', { cause: error });
    }
    throw new VisionError('crashed', 'The vision process ended while it worked on this photo.', { cause: error });
  }
  if (!outcome.ok) throw new VisionError(outcome.code, outcome.message);
  return outcome.value;
}
