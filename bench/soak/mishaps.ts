import { setTimeout as wait } from 'node:timers/promises';
import { randomLcg } from 'd3-random';
import type { LocalTelegram } from 'local-telegram';
import type { RedisServer } from '../redis-server.js';
import type { SmallDisk } from './small-disk.js';
import { resume } from './soaked-bot.js';
import type { SoakedBot } from './soaked-bot.js';

/** How long a process stays stopped and a disk full, in milliseconds. */
const LASTS_MS = 2000;

/** The bot looks every 30 s; that it does not at all must show. */
const SET_AGAIN_MS = 120_000;

export interface World {
  /** The one process, or a fleet of them. */
  readonly bot: Pick<SoakedBot, 'signal'>;
  readonly telegram: LocalTelegram;
  readonly disk: SmallDisk | null;
}

/** Goes wrong, and is well again after a while; false where it cannot be done here. */
type Mishap = (world: World) => boolean;

function stopped(which: 'bot' | 'engine'): Mishap {
  return ({ bot }) => {
    const pid = bot.signal(which, 'SIGSTOP');
    // The very process: another may have come in its place.
    if (pid === null) return false;
    setTimeout(() => {
      resume(pid);
    }, LASTS_MS);
    return true;
  };
}

/** Kills of the whole bot, which by webhook may lose something, are asked for apart. */
const MISHAPS = {
  'engine killed': ({ bot }) => bot.signal('engine', 'SIGKILL') !== null,
  'engine stopped': stopped('engine'),
  'bot stopped': stopped('bot'),
  'too many requests (429)': fault({ method: '*', kind: { status: 429, retryAfter: 2 } }),
  'server error (502)': fault({ method: '*', times: 3, kind: { status: 502 } }),
  'connection reset': fault({ method: '*', times: 2, kind: { drop: 'before' } }),
  'slow file': fault({ method: 'file', kind: { delayMs: 3000 } }),
  'file cut off': fault({ method: 'file', kind: { truncate: 5000 } }),
  'disk full': ({ disk }) => {
    if (disk === null) return false;
    void disk
      .fill()
      .then(() => wait(LASTS_MS))
      .then(() => disk.free());
    return true;
  },
  'clock jumped': ({ bot }) => bot.signal('bot', 'SIGUSR2') !== null,
} satisfies Readonly<Record<string, Mishap>>;

function fault(rule: Parameters<LocalTelegram['fault']>[0]): Mishap {
  return ({ telegram }) => {
    telegram.fault(rule);
    return true;
  };
}

/** Things that go wrong while photos are answered. */
export class Mishaps {
  readonly counts = new Map<string, number>();
  /** Milliseconds after which a webhook that was taken away was set again, the longest; null where none was. */
  webhookAgainMs: number | null = null;
  readonly #world: World;
  readonly #random: () => number;

  constructor(world: World, seed: number) {
    this.#world = world;
    this.#random = randomLcg(seed + 1);
  }

  /** One of them; which is chance. */
  happen(): void {
    const kinds = Object.entries(MISHAPS);
    const [name, mishap] = kinds[Math.floor(this.#random() * kinds.length)] ?? [];
    if (name !== undefined && mishap?.(this.#world) === true) this.#count(name);
    // Not all can happen here.
    else this.happen();
  }

  /** The whole bot, or one process of a fleet, as for want of memory or by its host. */
  endBot(signal: 'SIGKILL' | 'SIGTERM'): void {
    if (this.#world.bot.signal('bot', signal) !== null) this.#count(`bot: ${signal}`);
  }

  killEngine(): void {
    if (this.#world.bot.signal('engine', 'SIGKILL') !== null) this.#count('engine killed');
  }

  async stopRedis(redis: RedisServer, milliseconds: number): Promise<void> {
    await redis.stop();
    this.#count('Redis stopped');
    await wait(milliseconds);
    await redis.start();
  }

  /** Another process with the token takes the webhook. */
  async takeWebhook(): Promise<void> {
    const { telegram } = this.#world;
    const since = performance.now();
    telegram.takeWebhook('https://example.org/elsewhere');
    this.#count('webhook taken away');
    const isSet = (): boolean =>
      (telegram.calls.findLast(({ method, status }) => method === 'setWebhook' && status === 200)?.at ?? 0) > since;
    await telegram.waitUntil(isSet, SET_AGAIN_MS);
    this.webhookAgainMs = Math.max(this.webhookAgainMs ?? 0, performance.now() - since);
  }

  #count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}
