import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './ports.js';

/** As the bot wants it: it forgets nothing, neither at its end nor for want of memory. */
const AS_WANTED = ['--appendonly', 'yes', '--save', '', '--maxmemory-policy', 'noeviction'];

/** A real Redis on loopback with a folder of its own, which can be ended and started again. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | null = null;
  #ended: Promise<unknown> = Promise.resolve();

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** @param settings of its command line, after those that the bot wants. */
  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'sorot-redis-'));
    const server = new RedisServer(await freePort(), folder, settings);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /**
   * On the same port, with what it kept. Resolves when it takes connections.
   *
   * @param settings of its command line, for this time.
   */
  async start(...settings: readonly string[]): Promise<void> {
    const where = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const server = spawn('redis-server', [...where, ...AS_WANTED, ...this.#settings, ...settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = server;
    // From here on: a signal to all of a terminal's processes ends it before it is asked to.
    this.#ended = once(server, 'exit').catch(() => undefined);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      createInterface({ input: server.stdout }).on('line', (line) => {
        said += `${line}\n`;
        if (line.includes('Ready to accept connections')) resolve();
      });
      server.once('error', reject);
      server.once('exit', () => {
        reject(new Error(`redis-server ended:\n${said}`));
      });
    });
  }

  /** Holds it still, or lets it go on: its connections stay. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(name);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#process?.kill(signal);
    await this.#ended;
  }

  /** Ends it for good, at once. */
  async close(): Promise<void> {
    await this.stop('SIGKILL');
    await rm(this.#folder, { recursive: true, force: true });
  }
}
