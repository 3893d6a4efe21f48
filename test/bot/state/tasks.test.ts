import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Tasks } from '../../../src/bot/state/tasks.js';
import { TelegramFailure } from '../../../src/bot/telegram/client.js';
import { createLog } from '../../../src/log.js';

const NEVER = new AbortController().signal;
const silent = createLog({ level: 'silent', secrets: [] });

/** Work that goes on until it is told to end. */
function endless(): { readonly work: () => Promise<void>; readonly end: () => void } {
  let end = (): void => undefined;
  const work = new Promise<void>((resolve) => (end = resolve));
  return {
    work: () => work,
    end: () => {
      end();
    },
  };
}

describe('work under way', () => {
  it('has settled when all of it has ended, also what was started by it', async () => {
    const tasks = new Tasks();
    const [first, second] = [endless(), endless()];
    void tasks.start(silent, async () => {
      await first.work();
      void tasks.start(silent, second.work);
    });
    const settled = tasks.settled(60_000);
    first.end();
    expect(await tasks.settled(0)).toBe(false);
    second.end();
    expect(await settled).toBe(true);
    expect(await tasks.settled(0)).toBe(true);
  });

  it.each([
    ['a person who blocked the bot', new TelegramFailure('blocked', 'sendMessage', 'Forbidden'), 'info'],
    ['an answer that Telegram refused', new TelegramFailure('refused', 'sendMessage', 'Bad Request'), 'warn'],
    ['anything else', new TypeError('a mistake of this program'), 'error'],
  ])('that fails for %s is in the log and nobody else’s', async (_, error, level) => {
    const destination = new PassThrough();
    const tasks = new Tasks();
    void tasks.start(createLog({ level: 'trace', secrets: [], destination }), () => Promise.reject(error));
    expect(await tasks.settled(60_000)).toBe(true);
    expect(JSON.parse(String(destination.read()))).toMatchObject({ level });
  });
});

describe('room for more', () => {
  it('is there at once, until there is too much; then as soon as something ends', async () => {
    const tasks = new Tasks(2);
    const [first, second] = [endless(), endless()];
    void tasks.start(silent, first.work);
    await tasks.room(NEVER);
    void tasks.start(silent, second.work);
    expect(tasks.isFull()).toBe(true);
    const room = tasks.room(NEVER).then(() => tasks.isFull());
    second.end();
    expect(await room).toBe(false);
    first.end();
  });

  it('is not waited for any longer where everything is to stop', async () => {
    const tasks = new Tasks(1);
    const only = endless();
    void tasks.start(silent, only.work);
    const stopping = new AbortController();
    const room = tasks.room(stopping.signal);
    stopping.abort();
    await room;
    expect(tasks.isFull()).toBe(true);
    await tasks.room(stopping.signal);
    only.end();
  });
});
