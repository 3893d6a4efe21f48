import { afterAll, expect } from 'vitest';
import type { ApiCall, LocalTelegram } from 'local-telegram';
import { startBot } from './bot.js';
import type { World } from './bot.js';
import { chatOf } from './conversation.js';

/**
 * One bot for all tests of a file that neither stop nor break it, started when the first of them asks. Whoever asks sees
 * no calls of the tests before, but still has to send photos and write from chats that nobody had.
 */
export function sharedBot(
  env: () => Readonly<Record<string, string>>,
  options: { privacy?: boolean } = {},
): () => Promise<World> {
  const ends: (() => Promise<void>)[] = [];
  let world: Promise<World> | undefined;
  afterAll(async () => {
    try {
      if (world !== undefined) expect(await (await world).bot.stop()).toBe(0);
    } finally {
      for (const end of ends.toReversed()) await end();
    }
  });
  return async () => {
    world ??= startBot(env(), { ...options, atEnd: (end) => ends.push(end) });
    // A start that fails fails one test: the next one tries again.
    world.catch(() => (world = undefined));
    const { telegram, bot } = await world;
    return { telegram: fromNowOn(telegram), bot };
  };
}

/** The same Telegram, whose calls are those of now and later in chats that nothing was said in before. */
function fromNowOn(telegram: LocalTelegram): LocalTelegram {
  const begin = telegram.calls.length;
  const chatsBefore = new Set<unknown>(telegram.calls.map(chatOf));
  // Not all that is called is about a chat.
  chatsBefore.delete(undefined);
  const isOwn = (call: Pick<ApiCall, 'payload'>): boolean => !chatsBefore.has(chatOf(call));
  const calls = (): ApiCall[] => telegram.calls.slice(begin).filter(isOwn);
  const own: Pick<LocalTelegram, 'calls' | 'waitForCall' | 'fault'> = {
    get calls() {
      return calls();
    },
    waitForCall: (method, match, options) => {
      const first = calls()[options?.after ?? 0];
      return telegram.waitForCall(method, (call) => isOwn(call) && (match?.(call) ?? true), {
        ...options,
        after: first === undefined ? telegram.calls.length : telegram.calls.indexOf(first),
      });
    },
    fault: ({ match, ...rule }) =>
      telegram.fault({ ...rule, match: (payload) => isOwn({ payload }) && (match?.(payload) ?? true) }),
  };
  return new Proxy(telegram, {
    get: (_, key) => {
      const value: unknown = key in own ? Reflect.get(own, key) : Reflect.get(telegram, key, telegram);
      return typeof value === 'function' ? (value.bind(telegram) as unknown) : value;
    },
  });
}
