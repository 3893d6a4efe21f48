import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryStore } from '../../../src/analysis/store.js';
import { Recall } from '../../../src/bot/state/recall.js';
import type { RememberedPhoto } from '../../../src/bot/state/recall.js';

function recall(limit = 100): Recall {
  const store = new MemoryStore();
  onTestFinished(() => store.close());
  return new Recall(store, { limit, ttlSeconds: 0 });
}

function photo(name: string, messageId = 1): RememberedPhoto {
  const of = { fileId: `file ${name}`, uniqueId: name, kind: 'photo', original: null, covered: false } as const;
  return { photo: { ...of, width: null, height: null, bytes: null }, messageId };
}

const CHAT = { chatId: -1, threadId: undefined };

describe('the last photo', () => {
  it('is that of one person, in one chat or topic', async () => {
    const memory = recall();
    await memory.photoSeen(CHAT, 'user 1', photo('first'));
    await memory.photoSeen(CHAT, 'user 1', photo('second'));
    await memory.photoSeen({ ...CHAT, threadId: 5 }, 'user 1', photo('in a topic'));
    await memory.photoSeen(CHAT, 'user 2', photo('somebody else’s'));
    expect(await memory.lastPhoto(CHAT, 'user 1')).toEqual(photo('second'));
    expect(await memory.lastPhoto({ ...CHAT, threadId: 5 }, 'user 1')).toEqual(photo('in a topic'));
    expect(await memory.lastPhoto({ ...CHAT, chatId: -2 }, 'user 1')).toBeUndefined();
    // A channel may have the number of a person.
    expect(await memory.lastPhoto(CHAT, 'chat 1')).toBeUndefined();
  });
});

describe('what was said about a photo', () => {
  it('is known by the bot’s message, per chat', async () => {
    const memory = recall();
    await memory.messageSent(-1, 9, photo('a', 4));
    expect(await memory.photoOf(-1, 9)).toEqual(photo('a', 4));
    expect(await memory.photoOf(-2, 9)).toBeUndefined();
    // -1 with message 19 is another than -11 with message 9.
    expect(await memory.photoOf(-11, 9)).toBeUndefined();
  });

  it('is known as answered, per chat', async () => {
    const memory = recall();
    await memory.photoAnswered(-1, photo('a', 4));
    expect(await memory.wasAnswered(-1, photo('a').photo)).toBe(true);
    expect(await memory.wasAnswered(-1, photo('b').photo)).toBe(false);
    expect(await memory.wasAnswered(-2, photo('a').photo)).toBe(false);
  });

  it('is known by the message that was answered: the same photo may come again', async () => {
    const memory = recall();
    await memory.photoAnswered(-1, photo('a', 4));
    expect(await memory.isAnswered(-1, photo('a', 4))).toBe(true);
    expect(await memory.isAnswered(-1, photo('a', 5))).toBe(false);
  });
});

describe('a heatmap that Telegram has', () => {
  const key = {
    photo: 'a',
    model: 'one',
    about: { type: 'class', index: 1 },
    language: 'en',
    colours: 'inferno',
  } as const;

  it('is one of a photo, a model, a class or a kind, a language and colours, until it is gone', async () => {
    const memory = recall();
    await memory.heatmapSent(key, { kind: 'photo', fileId: 'sent' });
    expect(await memory.sentHeatmap({ ...key })).toEqual({ kind: 'photo', fileId: 'sent' });
    const others = [
      { photo: 'b' },
      { model: 'two' },
      { about: { type: 'class', index: 2 } },
      { about: { type: 'group', index: 1 } },
      { language: 'id' },
      { colours: 'turbo' },
    ] as const;
    for (const other of others) {
      expect(await memory.sentHeatmap({ ...key, ...other })).toBeUndefined();
    }
    await memory.heatmapGone(key);
    expect(await memory.sentHeatmap(key)).toBeUndefined();
  });

  it('makes room for newer ones', async () => {
    const memory = recall(2);
    for (const name of ['a', 'b', 'c'])
      await memory.heatmapSent({ ...key, photo: name }, { kind: 'photo', fileId: name });
    expect(await memory.sentHeatmap(key)).toBeUndefined();
    expect(await memory.sentHeatmap({ ...key, photo: 'c' })).toBeDefined();
  });
});
