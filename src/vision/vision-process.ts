import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import workerpool from 'workerpool';
import { childEnvironment } from './child.js';
import { VisionError } from './vision-error.js';
import type { Outcome, SessionInfo, SessionOptions } from './session-messages.js';

/** After this long the pool tells a process that has ended by itself to end, which does nothing but hold a timer. */
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
      this.kill();
      return this.#ready();
    });
  }

  /**
   * Ends the process at once, whatever it does: the call in flight is rejected with `crashed`, the next one gets a
   * fresh process.
   */
  kill(): void {
    this.#info = null;
    processOf(this.#pool)?.kill('SIGKILL');
  }

  /** Ends the process; calls in flight and later ones are rejected with `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = processOf(this.#pool);
    this.kill();
    if (child !== null) await ended(child);
    await this.#queue.onIdle();
  }

  /** Runs after the calls before, where the queue has room. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed()) throw closed();
    if (this.#queue.size >= this.#limits.queueLimit) {
      throw new VisionError('busy', 'Too many photos are waiting. Please try again in a moment.');
    }
    // The queue remembers what it has begun until it is empty; a photo must not be remembered with it.
    let waiting: (() => Promise<T>) | null = work;
    try {
      return await this.#queue.add(() => {
        const begin = waiting;
        waiting = null;
        if (begin === null || this.#isClosed()) throw closed();
        return begin();
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
    const child = processOf(this.#pool);
    // Killed, but not yet known to be gone: it would take the call with it.
    if (child?.killed === true) await ended(child);
    // Given to a pool that is closing, a call would never be answered.
    if (this.#isClosed()) throw closed();
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort();
      this.kill();
    }, timeout);
    try {
      return await exchange<T>(this.#pool, method, parameters);
    } catch (error) {
      if (isGone(error)) this.#info = null;
      if (!isGone(error) || !deadline.signal.aborted) throw error;
      throw new VisionError('timeout', `It took longer than ${duration(timeout)} and was stopped.`, { cause: error });
    } finally {
      clearTimeout(timer);
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

/** Whether the process of a call has ended, so that there is none to ask any more. */
function isGone(error: unknown): boolean {
  return error instanceof GoneBeforeError || (error instanceof VisionError && error.code === 'crashed');
}

/**
 * The pool's one process, which the pool keeps to itself. But it only asks processes to end, and waits for ever for
 * one that is stopped or stuck, or that has ended already.
 */
function processOf(pool: workerpool.Pool): ChildProcess | null {
  const { workers } = pool as unknown as { readonly workers: readonly { readonly worker: ChildProcess | null }[] };
  return workers[0]?.worker ?? null;
}

/** Resolves when the process has ended. */
async function ended(child: ChildProcess): Promise<void> {
  const running = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (running) await new Promise((resolve) => child.once('exit', resolve));
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 1000)} s`;
}

/** One call over the process boundary, its failures told apart. */
async function exchange<T>(pool: workerpool.Pool, method: string, parameters: readonly unknown[]): Promise<T> {
  let outcome: Outcome<T>;
  try {
    outcome = (await pool.exec(method, [...parameters])) as Outcome<T>;
  } catch (error) {
    if (error instanceof Error && error.message === 'Worker is terminated') {
      throw new GoneBeforeError('The vision process had ended.', { cause: error });
    }
    throw new VisionError('crashed', 'The vision process ended while it worked on this photo.', { cause: error });
  }
  if (!outcome.ok) throw new VisionError(outcome.code, outcome.message);
  return outcome.value;
}
