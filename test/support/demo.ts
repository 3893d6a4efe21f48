import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { OpenPage } from './open-page.js';
import { newFolder, ROOT } from './sorot.js';

const MAIN = join(ROOT, 'dist', 'main.js');

/** Milliseconds after which something that should have happened is called missing. */
const WITHIN = 60_000;

/** A process that `npm start` starts, with an environment and a folder of its own. */
export class StartedProcess {
  readonly pid: number;
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #output = '';
  #errors = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.exited = once(child, 'close').then(([code]) => code as number | null);
    child.stdout?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (this.#errors += chunk.toString()));
  }

  static async launch(env: Readonly<Record<string, string>> = {}): Promise<StartedProcess> {
    const { PATH = '', HOME = '', SOROT_CACHE_DIR = '' } = process.env;
    const child = spawn(process.execPath, ['--max-semi-space-size=1', MAIN], {
      // A folder of its own: no .env of the checkout's is read.
      cwd: await newFolder(),
      env: { PATH, HOME, SOROT_CACHE_DIR, LANG: 'C', NO_COLOR: '1', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new StartedProcess(child);
  }

  get output(): string {
    return this.#output;
  }

  get errors(): string {
    return this.#errors;
  }

  /** What it printed, as soon as that is there. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const signal = AbortSignal.timeout(WITHIN);
    for (;;) {
      const found = pattern.exec(this.#output);
      if (found !== null) return found;
      if (this.#child.stdout?.readable !== true) throw new Error(`It ended: ${this.#output}${this.#errors}`);
      await Promise.race([once(this.#child.stdout, 'data', { signal }), this.exited]);
    }
  }

  /** Where the page is, once it is there. */
  async address(): Promise<string> {
    const [, address = ''] = await this.printed(/^ *(http:\/\/localhost:\d+)$/m);
    return address;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, and the exit code. */
  async stop(): Promise<number | null> {
    this.signal('SIGTERM');
    return this.exited;
  }

  async killed(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.signal('SIGKILL');
    await this.exited;
  }
}

/** Starts the process for one test, and does not wait for anything. */
export async function launch(env: Readonly<Record<string, string>> = {}): Promise<StartedProcess> {
  const started = await StartedProcess.launch(env);
  onTestFinished(() => started.killed());
  return started;
}

export interface RunningDemo {
  /** Where its page is. */
  readonly url: string;
  readonly pid: number;
  /** Ends it as Ctrl+C does. */
  stop(): Promise<void>;
}

/** Starts a demo and waits until its page is there; whoever starts it stops it. */
export async function startDemo(env: Readonly<Record<string, string>> = {}): Promise<RunningDemo> {
  const started = await StartedProcess.launch(env);
  const late = (): void => void started.killed();
  return {
    url: await started.address(),
    pid: started.pid,
    stop: async () => {
      const timer = setTimeout(late, WITHIN);
      const code = await started.stop();
      clearTimeout(timer);
      if (code !== 0) throw new Error(`The demo ended with ${code ?? 'a signal'}: ${started.output}${started.errors}`);
    },
  };
}

/** One running demo for the tests of a file, and a page that stays open. */
export function useDemo(env: Readonly<Record<string, string>> = {}): { readonly page: OpenPage; readonly pid: number } {
  let demo: RunningDemo | undefined;
  let page: OpenPage | undefined;
  beforeAll(async () => {
    demo = await startDemo(env);
    page = await OpenPage.open(demo.url);
  });
  afterAll(async () => {
    page?.close();
    await demo?.stop();
  });
  return {
    get page() {
      if (page === undefined) throw new Error('The demo has not been started.');
      return page;
    },
    get pid() {
      return demo?.pid ?? 0;
    },
  };
}
