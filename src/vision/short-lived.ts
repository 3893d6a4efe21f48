import pidusage from 'pidusage';
import { answerCalls, Child, EndedError } from './child.js';
import { VisionError } from './vision-error.js';

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
  /** In the order in which the process goes through them, which it says with `notify`. */
  readonly phases: readonly [Phase, ...Phase[]];
}

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
 * @returns what the process answers.
 * @throws VisionError what the process answers; `invalid-model` where it ends otherwise or exceeds its bounds.
 */
export async function runShortLived<T>(program: URL, task: unknown, bounds: ShortLivedBounds): Promise<T> {
  const later = [...bounds.phases];
  let doing = '';
  let complaint = '';
  let outOfHeap = false as boolean;
  let endWatch = (): void => undefined;
  const nextPhase = (): void => {
    endWatch();
    const phase = later.shift();
    if (phase === undefined || child.pid === undefined) return;
    ({ doing } = phase);
    endWatch = watch(child.pid, phase, (why) => {
      child.kill(why);
    });
  };
  const child = new Child(program, {
    execArgv: [
      '--expose-gc',
      `--max-old-space-size=${bounds.heapMegabytes}`,
      `--wasm-max-mem-pages=${bounds.wasmMegabytes * WASM_PAGES_PER_MEGABYTE}`,
    ],
    onNotice: nextPhase,
    onComplaint: (text) => {
      outOfHeap ||= OUT_OF_HEAP.test(text);
      complaint = (complaint + text).slice(-COMPLAINT_LENGTH);
    },
  });
  nextPhase();
  try {
    return await child.call<T>('task', task);
  } catch (error) {
    if (!(error instanceof EndedError)) throw error;
    throw outOfHeap ? tooLarge(doing) : invalid(`${doing} failed: ${error.message}. ${complaint}`);
  } finally {
    endWatch();
    child.kill(invalid('It is over.'));
    await child.ended;
  }
}

/**
 * In the process: does its task and answers.
 *
 * @param doing as the beginning of a sentence, for errors that nobody expected.
 */
export function answerTask(doing: string, work: (task: unknown) => unknown): void {
  answerCalls({
    task: async (task: unknown) => {
      try {
        return await work(task);
      } catch (error) {
        const why = (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_LENGTH);
        throw error instanceof VisionError ? new VisionError(error.code, why) : invalid(`${doing} failed: ${why}`);
      }
    },
  });
}
