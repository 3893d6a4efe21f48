import PQueue from 'p-queue';
import { aborted, withDeadline } from '../deadline.js';
import { Child, EndedError } from './child.js';
import type { SessionInfo, SessionOptions } from './session-messages.js';
import { VisionError } from './vision-error.js';

/** Calls waiting at most: each may hold a photo of 20 MB. */
const MAX_WAITING = 64;

/** Milliseconds from a process' start to its being ready. */
const START_MS = 30_000;

/** Processes that are started for one call where each ends before it is ready. */
const STARTS = 3;

export interface CallBounds {
  readonly milliseconds: number;
  /** Ends the call, and with it the process where that works on it; its reason is what is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One vision process and its successors: calls are answered one at a time, in order; after a crash or a deadline the
 * next call gets a fresh process.
 */
export class VisionProcess {
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #closing = new AbortController();
  #session: SessionOptions | null = null;
  #child: Child | null = null;
  /** A process that has opened nothing yet. */
  #prepared: Child | null = null;
  #info: SessionInfo | null = null;

  /** Has a process load its libraries while what it will open is still being made. */
  prepare(): void {
    this.#prepared ??= forked();
  }

  /**
   * Starts the first process and waits until it is ready.
   *
   * @throws VisionError `invalid-model` or `timeout`.
   */
  async start(session: SessionOptions): Promise<void> {
    this.#session = session;
    await this.restart();
  }

  /** What the process said of itself when it last started. */
  get info(): SessionInfo {
    if (this.#info === null) throw new Error('The process has not started yet.');
    return this.#info;
  }

  /**
   * One call, after those before it. The milliseconds count from when the process works on it: waiting and the start of
   * a fresh process are not taken off them.
   *
   * @throws VisionError `timeout`, `crashed`, `busy`, `closed`, or what the call itself answers.
   */
  async call<T>(method: string, parameter: unknown, { milliseconds, signal }: CallBounds): Promise<T> {
    signal?.throwIfAborted();
    const turn = this.#inTurn(async () => {
      const child = await this.#ready();
      try {
        return await exchange<T>(child, method, parameter, { milliseconds, signal });
      } catch (error) {
        if (!(error instanceof EndedError)) throw error;
        throw new VisionError('crashed', 'The vision process ended while it worked on this photo.', { cause: error });
      }
    });
    return signal === undefined ? turn : Promise.race([turn, aborted(signal)]);
  }

  /**
   * Ends the process after the calls before this one, starts a fresh one and waits until that is ready.
   *
   * @throws VisionError `invalid-model` or `timeout`.
   */
  async restart(): Promise<void> {
    await this.#inTurn(() => {
      this.kill();
      return this.#ready();
    });
  }

  /**
   * Ends the process at once, whatever it does: the call in flight is rejected with this error, the next one gets a
   * fresh process.
   */
  kill(why: Error = new VisionError('crashed', 'The vision process was ended.')): void {
    this.#child?.kill(why);
  }

  /** Ends the process; calls in flight and later ones are rejected with `closed`. */
  async close(): Promise<void> {
    const closed = new VisionError('closed', 'The engine is closed.');
    this.#closing.abort(closed);
    this.#prepared?.kill(closed);
    this.kill();
    await Promise.all([this.#prepared?.ended, this.#child?.ended]);
    await this.#queue.onIdle();
  }

  /** Runs after the calls before, where the queue has room. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#closing.signal.throwIfAborted();
    if (this.#queue.size >= MAX_WAITING) {
      throw new VisionError('busy', 'Too many photos are waiting. Please try again in a moment.');
    }
    // The queue remembers what it has begun until it is empty; a photo must not be remembered with it.
    let waiting: (() => Promise<T>) | null = work;
    try {
      return await this.#queue.add(() => {
        const begin = waiting;
        waiting = null;
        this.#closing.signal.throwIfAborted();
        if (begin === null) throw new Error('A turn comes once.');
        return begin();
      });
    } catch (error) {
      this.#closing.signal.throwIfAborted();
      throw error;
    }
  }

  /** A running process: the one there is, else a fresh one. */
  async #ready(): Promise<Child> {
    if (this.#child?.over === false) return this.#child;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#started();
      } catch (error) {
        if (!(error instanceof EndedError)) throw error;
        // A model that has started before can start: something from outside ended this process.
        if (this.#info === null || tries === STARTS) throw notStarted(error);
      }
    }
  }

  async #started(): Promise<Child> {
    // Not beside the old one, whose memory is still to go back.
    await this.#child?.ended;
    this.#closing.signal.throwIfAborted();
    const child = this.#prepared ?? forked();
    this.#prepared = null;
    this.#child = child;
    try {
      this.#info = await exchange<SessionInfo>(child, 'open', this.#session, { milliseconds: START_MS });
      return child;
    } catch (error) {
      child.kill(error as Error);
      throw error;
    }
  }
}

function forked(): Child {
  return new Child(new URL('./worker.js', import.meta.url), {
    // A small young generation: the process' own objects are few, its pixels and tensors live outside the heap.
    execArgv: ['--expose-gc', '--max-semi-space-size=1', '--max-old-space-size=96'],
  });
}

function notStarted(cause: EndedError): VisionError {
  return new VisionError('invalid-model', `The vision process does not start: ${cause.message}.`, { cause });
}

function exchange<T>(child: Child, method: string, parameter: unknown, bounds: CallBounds): Promise<T> {
  const { milliseconds, signal } = bounds;
  const duration = milliseconds < 1000 ? `${milliseconds} ms` : `${Math.round(milliseconds / 1000)} s`;
  return withDeadline((ended) => child.call<T>(method, parameter, ended), {
    signals: signal === undefined ? [] : [signal],
    milliseconds,
    late: () => new VisionError('timeout', `It took longer than ${duration} and was stopped.`),
  });
}
