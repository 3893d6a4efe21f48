import type { Message } from 'telegraf/types';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Albums } from '../../src/bot/albums.js';
import { MAX_ALBUM } from '../../src/limits.js';
import { LocalTelegram } from 'local-telegram';
import { photograph } from '../support/pictures.js';

interface Item {
  readonly message: Message;
}

let photo: Buffer;

beforeAll(async () => {
  photo = await photograph(1, 64, 48);
});

/** Messages as Telegram would send them: of one album, or by themselves. */
async function telegram() {
  const local = await LocalTelegram.start({ token: '1:a' });
  onTestFinished(() => local.close());
  const item = (message: unknown): Item => ({ message: message as Message });
  return {
    album: async (count: number): Promise<Item[]> => {
      const user = local.addUser();
      const photos = Array.from({ length: count }, () => photo);
      return (await local.sendAlbum(user, local.privateChat(user), photos)).map(item);
    },
    single: async (): Promise<Item> => {
      const user = local.addUser();
      return item(await local.sendPhoto(user, local.privateChat(user), photo));
    },
  };
}

/** Albums, and the message numbers of those that were closed so far. */
function gathering() {
  const closed: number[][] = [];
  const albums = new Albums<Item>((items) => {
    closed.push(numbers(items));
    return Promise.resolve();
  });
  onTestFinished(() => {
    albums.end();
  });
  return { albums, closed };
}

function numbers(items: readonly Item[]): number[] {
  return items.map(({ message }) => message.message_id);
}

describe('an album', () => {
  it('is whole after a moment of quiet, in the order of its messages', async () => {
    const items = await (await telegram()).album(3);
    const whole = new Promise<readonly Item[]>((resolve) => {
      const albums = new Albums<Item>((all) => {
        resolve(all);
        return Promise.resolve();
      });
      for (const item of [...items].reverse()) void albums.take(item);
    });
    expect(numbers(await whole)).toEqual(numbers(items));
  });

  it('is whole at once where it has as many photos as an album can have', async () => {
    const { album } = await telegram();
    const { albums, closed } = gathering();
    const items = await album(MAX_ALBUM);
    for (const item of items) expect(albums.take(item)).not.toBeNull();
    expect(closed).toEqual([numbers(items)]);
  });

  it('is gathered apart from those of other chats', async () => {
    const { album } = await telegram();
    const { albums, closed } = gathering();
    const [one, other] = [await album(2), await album(3)];
    for (const item of [one[0], other[0], other[1], one[1], other[2]]) if (item !== undefined) void albums.take(item);
    albums.end();
    expect(closed).toEqual([numbers(one), numbers(other)]);
  });

  it('keeps each of its messages waiting for the one answer', async () => {
    const items = await (await telegram()).album(2);
    let answer = (): void => undefined;
    const answered: string[] = [];
    const albums = new Albums<Item>(() => new Promise((resolve) => (answer = resolve)));
    const waits = items.map(async (item) => {
      await albums.take(item);
      answered.push('answered');
    });
    albums.end();
    await new Promise(setImmediate);
    expect(answered).toEqual([]);
    answer();
    await Promise.all(waits);
    expect(answered).toEqual(['answered', 'answered']);
  });

  it('is closed with what there is of it at the end, and nothing is gathered after that', async () => {
    const { album } = await telegram();
    const { albums, closed } = gathering();
    const [first, second] = await album(2);
    if (first === undefined || second === undefined) throw new Error('The album is empty.');
    void albums.take(first);
    albums.end();
    expect(closed).toEqual([numbers([first])]);
    expect(albums.take(second)).toBeNull();
  });
});

it('a photo by itself is none', async () => {
  const { single } = await telegram();
  expect(gathering().albums.take(await single())).toBeNull();
});
