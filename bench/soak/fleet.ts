import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, untilReady } from '../ports.js';
import { Balancer } from './balancer.js';
import { SoakedBot } from './soaked-bot.js';

type Role = 'receiver' | 'worker';

interface Member {
  readonly role: Role;
  readonly port: number;
  readonly bot: SoakedBot;
}

export interface FleetOptions {
  readonly receivers: number;
  readonly workers: number;
  /** What all processes have in common. */
  readonly environment: NodeJS.ProcessEnv;
  /** Where each has its own folder. */
  readonly folder: string;
  /** The file that their logs are added to, each with the name of its process at the end. */
  readonly log: string | null;
}

/** Receivers behind a balancer, and workers, as on several hosts; each is started again whenever it ends. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #balancer: Balancer;
  /** Those that there were, too. */
  readonly #all: SoakedBot[] = [];
  #members: Member[] = [];

  private constructor(options: FleetOptions, balancer: Balancer) {
    this.#options = options;
    this.#balancer = balancer;
  }

  static async prepare(options: FleetOptions): Promise<Fleet> {
    const balancer = await Balancer.start(() => fleet.#receivers);
    const fleet: Fleet = new Fleet(options, balancer);
    return fleet;
  }

  /** Starts all, and each again whenever it ends, until `stop`. Resolves once they are ready. */
  async start(): Promise<void> {
    const { receivers, workers } = this.#options;
    for (let index = 0; index < receivers; index++) this.#members.push(await this.#begin('receiver'));
    for (let index = 0; index < workers; index++) this.#members.push(await this.#begin('worker'));
    await Promise.all(this.#members.map(({ port }) => untilReady(port)));
  }

  get starts(): number {
    return this.#all.reduce((sum, { starts }) => sum + starts, 0);
  }

  get errors(): ReadonlyMap<string, number> {
    const sum = new Map<string, number>();
    for (const [message, count] of this.#all.flatMap(({ errors }) => [...errors])) {
      sum.set(message, (sum.get(message) ?? 0) + count);
    }
    return sum;
  }

  /** To one of its processes, or of its vision processes; as `SoakedBot` does. */
  signal(which: 'bot' | 'engine', name: NodeJS.Signals): number | null {
    const among = this.#members.filter(({ role }) => which === 'bot' || role === 'worker');
    return among[Math.floor(Math.random() * among.length)]?.bot.signal(which, name) ?? null;
  }

  /** Replaces one process after the other: the new one is ready before the old one is asked to end. */
  async roll(): Promise<void> {
    for (const old of [...this.#members]) {
      const next = await this.#begin(old.role);
      await untilReady(next.port);
      this.#members.push(next);
      await old.bot.stop();
      this.#members = this.#members.filter((member) => member !== old);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((bot) => bot.stop()));
    this.#balancer.close();
  }

  get #receivers(): number[] {
    return this.#members.filter(({ role }) => role === 'receiver').map(({ port }) => port);
  }

  async #begin(role: Role): Promise<Member> {
    const { environment, folder, log } = this.#options;
    const port = await freePort();
    const name = `${role}-${this.#all.length + 1}`;
    const own = join(folder, name);
    mkdirSync(own);
    const bot = new SoakedBot(
      {
        ...environment,
        ROLE: role,
        PORT: String(port),
        WEBHOOK_URL: `http://127.0.0.1:${this.#balancer.port}/hook`,
      },
      own,
      null,
      log && `${log}-${name}`,
    );
    this.#all.push(bot);
    bot.start();
    return { role, port, bot };
  }
}
