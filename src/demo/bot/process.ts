import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogLineView } from '../protocol.js';
import { ROOT } from '../root.js';
import { endGroup, HAS_GROUPS } from './group.js';
import { parsedLine } from './log-lines.js';

/** How a process ended. */
export interface Ended {
  /** 1 where a signal ended it. */
  readonly code: number;
  /** Its last words: what it complained of, else the code or the signal. */
  readonly why: string;
}

/** Milliseconds after SIGTERM: the three seconds for photos in work, and one for everything else. */
const STOP_WITHIN_MS = 4000;

/** Milliseconds that a figure may take to come; the bot answers within a few. */
const FIGURE_WITHIN_MS = 2000;

/** Characters of what is written to stderr that are kept: every mistake in the settings, a line each. */
const MAX_COMPLAINT = 8000;

const PROGRAM = join(ROOT, 'dist', 'main.js');
const GUARD = new URL('guard.js', import.meta.url).href;

/** The bot's own program, unchanged, as a process. */
export class BotProcess {
  readonly ended: Promise<Ended>;
  /** Resolves once it receives updates; never where it ends before. */
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  #complaint = '';
  #lastError: string | undefined;
  #port: number | undefined;

  constructor(env: NodeJS.ProcessEnv, onLine: (line: LogLineView) => void) {
    this.#child = spawn(process.execPath, ['--max-semi-space-size=1', '--import', GUARD, PROGRAM], {
      env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // In a group of its own: Ctrl+C would reach it with the demo, which ends it itself.
      detached: HAS_GROUPS,
      windowsHide: true,
    });
    const { stdout, stderr } = this.#child;
    this.ready = new Promise((resolve) => {
      if (stdout === null) return;
      createInterface({ input: stdout }).on('line', (text) => {
        const line = parsedLine(text);
        if (line === null) return;
        this.#note(line);
        onLine(line);
        if (line.text === 'connected to Telegram') resolve();
      });
    });
    stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#complaint = (this.#complaint + text).slice(-MAX_COMPLAINT);
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        resolve({ code: 1, why: error.message });
      });
      // After its last words have been read.
      this.#child.once('close', (code, signal) => {
        resolve({ code: code ?? 1, why: this.#lastWords(code, signal) });
      });
    });
  }

  /** What it wrote to stderr: mistakes in the settings, and what nobody caught. */
  get complaint(): string {
    return this.#complaint;
  }

  /** Ends it: photos in work have a moment. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => {
      if (this.#child.pid !== undefined) endGroup(this.#child.pid);
    }, STOP_WITHIN_MS);
    await this.ended;
    clearTimeout(late);
  }

  /**
   * The figures of its /metrics whose names begin with `name`, labels and all.
   *
   * @throws Error where it does not answer
   */
  async figures(name: string): Promise<ReadonlyMap<string, number>> {
    const signal = AbortSignal.timeout(FIGURE_WITHIN_MS);
    const response = await fetch(`http://127.0.0.1:${this.#port ?? 0}/metrics`, { signal });
    const lines = (await response.text()).split('\n').filter((line) => line.startsWith(name));
    return new Map(
      lines.map((line) => {
        const at = line.lastIndexOf(' ');
        return [line.slice(0, at), Number(line.slice(at + 1))];
      }),
    );
  }

  #note({ level, text, fields }: LogLineView): void {
    if (text === 'listening' && typeof fields['port'] === 'number') this.#port = fields['port'];
    if (level === 'error' || level === 'fatal') {
      const why = fields['why'];
      this.#lastError = typeof why === 'string' ? `${text}: ${why}` : text;
    }
  }

  #lastWords(code: number | null, signal: NodeJS.Signals | null): string {
    const complaint = this.#complaint.trim();
    return this.#lastError ?? (complaint === '' ? `it ended with ${signal ?? `code ${code ?? 1}`}` : complaint);
  }
}
