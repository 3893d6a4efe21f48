import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import pidusage from 'pidusage';
import { childEnvironment } from './child.js';
import { VisionError } from './vision-error.js';
import type { Outcome } from './session-messages.js';

/** A part of what a short-lived process does, and what it may take before the process is killed. */
export interface Phase {
  /** What is done in it, as the beginning of a sentence: "Reading the model". */
  readonly doing: string;
  /** Milliseconds of this phase; the first begins with the process. */
  readonly milliseconds: number;
  /** Milliseconds of processor time of this phase, where a busy machine must not count. */
  readonly processorMilliseconds?: number;
  /** Bytes resident at any time in it: buffers and WebAssembly memories are part of no heap. */
  readonly residentBytes: number;
}

export interface ShortLivedBounds {
  /** Megabytes of JavaScript objects: the engine itself ends the process above them. */
  readonly heapMegabytes: number;
  /** Megabytes one WebAssembly memory may grow to: growing further fails inside the process. */
  readonly wasmMegabytes: number;
  /** In the order in which the process goes through them, which it says with `nextPhase`. */
  readonly phases: readonly [Phase, ...Phase[]];
}

/** What the process sends: that a phase is over, or its answer. */
type Message<T> = { readonly over: true } | { readonly outcome: Outcome<T> };

/** Milliseconds between two looks at the memory, which can be filled at some gigabytes a second. */
const LOOK_EVERY_MS = 50;

/** How much of what a process wrote last before it failed goes into the error. */
const COMPLAINT_LENGTH = 400;

/** Names in a hostile file can be as long as the file, and errors quote them. */
const MESSAGE_LENGTH = 1000;

/** What Node.js writes before it ends for want of heap, far above the last lines. */
const OUT_OF_HEAP = /heap out of memory|Reached heap limit/;

const WASM_PAGES_PER_MEGABYTE = 16;

function invalid(message: string): VisionError {
  return new VisionError('invalid-model', message.replaceAll(/\s+/g, ' ').trim());
}

function tooLarge(doing: string): VisionError {
  return invalid(`${doing} takes more memory than a model of its size should, and was stopped.`);
}

/** Holds a process to the bounds of one phase. Returns what ends the watch. */
function watch(pid: number, phase: Phase, stop: (why: VisionError) => void) {
  const { doing, milliseconds, processorMilliseconds = Infinity, residentBytes } = phase;
  let watching = true;
  let before: number | null = null;
  const tooLong = (limit: number): void => {
    stop(invalid(`${doing} took longer than ${Math.round(limit / 1000)} s and was stopped.`));
  };
  const deadline = setTimeout(() => {
    tooLong(milliseconds);
  }, milliseconds);
  const look = async (): Promise<void> => {
    // A process that has ended is told of by its own event.
    const usage = await pidusage(pid).catch(() => null);
    if (!watching) return;
    before ??= usage?.ctime ?? null;
    if ((usage?.memory ?? 0) > residentBytes) stop(tooLarge(doing));
    else if ((usage?.ctime ?? 0) - (before ?? 0) > processorMilliseconds) tooLong(processorMilliseconds);
    else timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  };
  let timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  return (): void => {
    watching = false;
    clearTimeout(deadline);
    clearTimeout(timer);
  };
}

/**
 * Runs a program of this package in a process of its own for one task, which other people's files are part of: an
 * endless loop over one can be ended there, and all memory goes back. The program calls `answerTask`.
 *
 * @param task what the process is given, as JSON.
 * @returns what the process answers.
 * @throws VisionError what the process answers; `invalid-model` where it ends otherwise or exceeds its bounds.
 */
export async function runShortLived<T>(program: URL, task: unknown, bounds: ShortLivedBounds): Promise<T> {
  const outcome = await new Promise<Outcome<T> | VisionError>((resolve) => {
    const child = fork(fileURLToPath(program), [JSON.stringify(task)], {
      env: childEnvironment(process.env),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [
        '--expose-gc',
        `--max-old-space-size=${bounds.heapMegabytes}`,
        `--wasm-max-mem-pages=${bounds.wasmMegabytes * WASM_PAGES_PER_MEGABYTE}`,
      ],
    });
    const { pid } = child;
    let answer: Outcome<T> | VisionError | undefined;
    let complaint = '';
    let outOfHeap = false;
    const stop = (why: VisionError): void => {
      answer ??= why;
      child.kill('SIGKILL');
    };
    const later = bounds.phases.slice(1);
    let [phase] = bounds.phases;
    let endWatch = pid === undefined ? undefined : watch(pid, phase, stop);
    child.on('message', (message: Message<T>) => {
      if ('outcome' in message) {
        answer ??= message.outcome;
      } else if (pid !== undefined) {
        endWatch?.();
        phase = later.shift() ?? phase;
        endWatch = watch(pid, phase, stop);
      }
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      outOfHeap ||= OUT_OF_HEAP.test(text);
      complaint = (complaint + text).slice(-COMPLAINT_LENGTH);
    });
    child.on('error', (error) => {
      answer ??= invalid(`${phase.doing} could not begin: ${error.message}`);
      if (pid === undefined) resolve(answer);
    });
    child.on('close', (code, signal) => {
      endWatch?.();
      if (outOfHeap) answer ??= tooLarge(phase.doing);
      // What the system kills without a word it kills for want of memory.
      const how =
        signal === 'SIGKILL'
          ? 'the system ended it, perhaps for want of memory'
          : `it ended with ${signal ?? `code ${code ?? 0}`}`;
      resolve(answer ?? invalid(`${phase.doing} failed: ${how}. ${complaint}`));
    });
  });
  if (outcome instanceof VisionError) throw outcome;
  if (!outcome.ok) throw new VisionError(outcome.code, outcome.message);
  return outcome.value;
}

function send<T>(message: Message<T>): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else
      process.send(message, () => {
        resolve();
      });
  });
}

/** In the process: says that the phase it is in is over, and the bounds of the next one hold. */
export function nextPhase(): Promise<void> {
  return send({ over: true });
}

/**
 * In the process: does its task, answers, and ends it.
 *
 * @param doing as the beginning of a sentence, for errors that nobody expected.
 */
export async function answerTask<T>(doing: string, work: (task: unknown) => Promise<T>): Promise<void> {
  // Nobody is left to answer to.
  process.once('disconnect', () => process.exit(1));
  const [argument = '{}'] = process.argv.slice(2);
  let outcome: Outcome<T>;
  try {
    outcome = { ok: true, value: await work(JSON.parse(argument)) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    outcome =
      error instanceof VisionError
        ? { ok: false, code: error.code, message: why.slice(0, MESSAGE_LENGTH) }
        : { ok: false, code: 'invalid-model', message: `${doing} failed: ${why.slice(0, MESSAGE_LENGTH)}` };
  }
  await send({ outcome });
  process.exit(0);
}
