import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from './child-environment.js';
import { VisionError } from './vision-error.js';
import type { VisionErrorCode } from './vision-error.js';

/** Errors cross the process boundary as values: their class would be lost on the way. */
type Outcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: VisionErrorCode; readonly message: string };

interface Asked {
  readonly id: number;
  readonly method: string;
  readonly parameter: unknown;
}

/** The outcome of a call, or, without an id, only that something has been reached. */
type Told = { readonly id: number; readonly outcome: Outcome } | { readonly id: null };

/** A process ended that nobody here had ended. */
export class EndedError extends Error {
  override readonly name = 'EndedError';
}

export interface ChildOptions {
  readonly execArgv: readonly string[];
  /** It has called `notify`. */
  readonly onNotice?: () => void;
  /** What it writes to its standard error, which is otherwise that of this process. */
  readonly onComplaint?: (text: string) => void;
}

/** A process of this package that answers calls; the program is one that calls `answerCalls`. */
export class Child {
  /** Resolves when it has ended. */
  readonly ended: Promise<void>;
  readonly pid: number | undefined;
  readonly #process: ChildProcess;
  readonly #calls = new Map<number, (outcome: Outcome | Error) => void>();
  #count = 0;
  #why: Error | null = null;

  constructor(program: URL, { execArgv, onNotice, onComplaint }: ChildOptions) {
    const child = fork(fileURLToPath(program), [], {
      env: childEnvironment(process.env),
      execArgv: [...execArgv],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', onComplaint === undefined ? 'inherit' : 'pipe', 'ipc'],
    });
    this.#process = child;
    this.pid = child.pid;
    if (onComplaint !== undefined) child.stderr?.setEncoding('utf8').on('data', onComplaint);
    child.on('message', (told: Told) => {
      if (told.id === null) onNotice?.();
      else this.#calls.get(told.id)?.(told.outcome);
    });
    this.ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#fail(new EndedError(how));
        resolve();
      };
      child.on('error', ({ message }) => {
        if (child.pid === undefined) end(`it could not begin: ${message}`);
      });
      // What the system kills without a word it kills for want of memory.
      child.on('close', (code, signal) => {
        if (signal === 'SIGKILL') end('the system ended it, perhaps for want of memory');
        else end(`it ended with ${signal ?? `code ${code ?? 0}`}`);
      });
    });
  }

  /** Whether it has ended or is being ended. */
  get over(): boolean {
    return this.#why !== null;
  }

  /**
   * @param signal ends the process, which alone ends what it works on; its reason is what is thrown.
   * @throws VisionError what the process answers; EndedError where it ends by itself.
   */
  call<T>(method: string, parameter: unknown, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#why !== null) throw this.#why;
      const id = this.#count++;
      const abort = (): void => {
        this.kill(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort);
      this.#calls.set(id, (outcome) => {
        this.#calls.delete(id);
        signal?.removeEventListener('abort', abort);
        if (outcome instanceof Error) reject(outcome);
        else if (outcome.ok) resolve(outcome.value as T);
        else reject(new VisionError(outcome.code, outcome.message));
      });
      this.#process.send({ id, method, parameter } satisfies Asked);
    });
  }

  /** Ends it at once, whatever it does. What it was asked fails with this error. */
  kill(why: Error): void {
    this.#fail(why);
    this.#process.kill('SIGKILL');
  }

  #fail(why: Error): void {
    this.#why ??= why;
    for (const settle of this.#calls.values()) settle(this.#why);
  }
}

/** In the process: answers calls by their names. What is no VisionError ends it. */
export function answerCalls(answers: Readonly<Record<string, (parameter: never) => unknown>>): void {
  // Nobody is left to answer to.
  process.once('disconnect', () => process.exit(1));
  process.on('message', ({ id, method, parameter }: Asked) => {
    const tell = (outcome: Outcome): void => {
      process.send?.({ id, outcome } satisfies Told, () => {
        // Nobody is left to answer to: `disconnect` follows.
      });
    };
    void Promise.resolve(answers[method]?.(parameter as never)).then(
      (value) => {
        tell({ ok: true, value });
      },
      (error: unknown) => {
        if (!(error instanceof VisionError)) throw error;
        tell({ ok: false, code: error.code, message: error.message });
      },
    );
  });
}

/** In the process: tells the one that has started it that something has been reached. */
export function notify(): Promise<void> {
  return new Promise((resolve) => {
    process.send?.({ id: null } satisfies Told, () => {
      resolve();
    });
  });
}
