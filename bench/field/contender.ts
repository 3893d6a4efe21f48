import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Asked, Values } from './asked.js';

/** Something that makes heatmaps, and how its process is started. */
export interface Entry {
  readonly name: string;
  readonly command: string;
  /** For its two parts: the network alone, and photo to picture; where one program does both it is told the same. */
  readonly parameters: Readonly<Record<'network' | 'whole', readonly string[]>>;
  /** Megabytes on the disk of what it needs beside its runtime, Node.js or Python. */
  readonly installed: number;
  /** Whether it takes a second or so for a forward pass: it has a fifth of the rounds. */
  readonly slow: boolean;
}

/** One thread, and nothing on stderr but errors. */
const ENVIRONMENT = {
  OMP_NUM_THREADS: '1',
  TF_NUM_INTRAOP_THREADS: '1',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '3',
};

/** So much of what a process complained of is kept, to be told where it ends. */
const COMPLAINT = 4_000;

/** A contender's process. */
export class Contender {
  readonly entry: Entry;
  readonly pid: number;
  /** Milliseconds from its start until it is ready for a photo: everything loaded, the network run once. */
  readonly startMilliseconds: number;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #complaint: () => string;

  private constructor(
    entry: Entry,
    started: number,
    child: ChildProcess,
    lines: AsyncIterator<string>,
    why: () => string,
  ) {
    this.entry = entry;
    this.pid = child.pid ?? 0;
    this.startMilliseconds = performance.now() - started;
    this.#process = child;
    this.#lines = lines;
    this.#complaint = why;
  }

  /** @throws Error where it ends before it is ready, with what it said. */
  static async start(entry: Entry, part: 'network' | 'whole'): Promise<Contender> {
    const started = performance.now();
    const child = spawn(entry.command, entry.parameters[part], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...ENVIRONMENT },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-COMPLAINT)));
    // Asking one that has ended must say why it ended, not that a pipe is broken.
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const why = (): string => `${entry.name} has ended: ${complaint}`;
    if ((await lines.next()).done === true) throw new Error(why());
    return new Contender(entry, started, child, lines, why);
  }

  /** Milliseconds that it took, by its own clock. */
  async time(asked: Partial<Asked> & Pick<Asked, 'do'>): Promise<number> {
    return (await this.#ask<{ milliseconds: number }>(asked)).milliseconds;
  }

  values(index: number | null): Promise<Values> {
    return this.#ask<Values>({ do: 'values', class: index });
  }

  async close(): Promise<void> {
    this.#process.stdin?.end();
    if (this.#process.exitCode === null) await once(this.#process, 'exit');
  }

  async #ask<T>(asked: Partial<Asked>): Promise<T> {
    this.#process.stdin?.write(`${JSON.stringify({ class: null, photo: '', ...asked })}\n`);
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(this.#complaint());
    return JSON.parse(line.value) as T;
  }
}
