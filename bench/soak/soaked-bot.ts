import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { MemoryCgroup } from './memory-cgroup.js';

const CLOCK = new URL('./shifted-clock.js', import.meta.url).href;
const MAIN = fileURLToPath(import.meta.resolve('#sorot/main.js'));

function sent(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** Lets a stopped process go on, where there still is one. */
export function resume(pid: number): void {
  sent(pid, 'SIGCONT');
}

/** The bot as a host runs it: in its container, and started again whenever it ends. */
export class SoakedBot {
  /** How often it was started. */
  starts = 0;
  /** Lines of the log that say error or worse, by their message. */
  readonly errors = new Map<string, number>();
  readonly #environment: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #cgroup: MemoryCgroup | null;
  readonly #log: string | null;
  #process: ChildProcess | null = null;
  #over = false;
  #running: Promise<void> | null = null;

  /**
   * @param folder where it works; also its temporary folder, as a container has one.
   * @param cgroup bounds its memory where there is one.
   * @param log the file that its log is added to.
   */
  constructor(environment: NodeJS.ProcessEnv, folder: string, cgroup: MemoryCgroup | null, log: string | null) {
    this.#environment = environment;
    this.#folder = folder;
    this.#cgroup = cgroup;
    this.#log = log;
  }

  /** Starts it, and again whenever it ends, until `stop`. */
  start(): void {
    this.#running = this.#run();
  }

  /** Its process and its vision processes, the bot's own first. */
  get pids(): number[] {
    const pid = this.#process?.pid;
    if (pid === undefined) return [];
    try {
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
      return [pid, ...children.split(' ').filter(Boolean).map(Number)];
    } catch {
      return [];
    }
  }

  /** The number of the process that was sent it; null where there is none. */
  signal(which: 'bot' | 'engine', name: NodeJS.Signals): number | null {
    const [bot, ...engines] = this.pids;
    const pid = which === 'bot' ? bot : engines[Math.floor(Math.random() * engines.length)];
    return pid !== undefined && sent(pid, name) ? pid : null;
  }

  async stop(): Promise<void> {
    this.#over = true;
    this.signal('bot', 'SIGTERM');
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#over) {
      this.starts += 1;
      const line = [process.execPath, '--max-semi-space-size=1', '--trace-warnings', '--import', CLOCK, MAIN] as const;
      const [command, parameters] = this.#cgroup?.commandLine(...line) ?? [line[0], line.slice(1)];
      const child = spawn(command, parameters, {
        cwd: this.#folder,
        env: { ...this.#environment, TMPDIR: this.#folder },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      this.#process = child;
      createInterface({ input: child.stdout }).on('line', (text) => {
        this.#note(text);
      });
      await once(child, 'exit');
    }
  }

  #note(text: string): void {
    if (this.#log !== null) appendFileSync(this.#log, `${text}\n`);
    if (!text.startsWith('{')) return;
    const { level, msg } = JSON.parse(text) as { readonly level: string; readonly msg: string };
    if (level === 'error' || level === 'fatal') this.errors.set(msg, (this.errors.get(msg) ?? 0) + 1);
  }
}
