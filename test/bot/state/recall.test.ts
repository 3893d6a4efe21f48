import { describe, expect, it, onTestFinished } from 'vitest';
import { Recall } from '../../../src/bot/state/recall.js';
import type { RememberedPhoto } from '../../../src/bot/state/recall.js';

function recall(limit = 100): Recall {
  const one = new Recall({ limit, ttlSeconds: 0 });
  onTestFinished(() => {
    one.close();
  });
  return one;
}

function photo(name: string, messageId = 1): RememberedPhoto {
  const of = { fileId: `file ${name}`, uniqueId: name, kind: 'photo', original: null } as const;
  return { photo: { ...of, width: null, height: null, bytes: null }, messageId };
}

const CHAT = { chatId: -1, threadId: undefined };

describe('the last photo', () => {
  it('is that of one person, in one chat or topic', () => {
    const memory = recall();
    memory.photoSeen(CHAT, 'user 1', photo('first'));
    memory.photoSeen(CHAT, 'user 1', photo('second'));
    memory.photoSeen({ ...CHAT, threadId: 5 }, 'user 1', photo('in a topic'));
    memory.photoSeen(CHAT, 'user 2', photo('somebody else’s'));
    expect(memory.lastPhoto(CHAT, 'user 1')).toEqual(photo('second'));
    expect(memory.lastPhoto({ ...CHAT, threadId: 5 }, 'user 1')).toEqual(photo('in a topic'));
    expect(memory.lastPhoto({ ...CHAT, chatId: -2 }, 'user 1')).toBeUndefined();
    // A channel may have the number of a person.
    expect(memory.lastPhoto(CHAT, 'chat 1')).toBeUndefined();
  });
});

describe('what was said about a photo', () => {
  it('is known by the bot’s message, per chat', () => {
    const memory = recall();
    memory.messageSent(-1, 9, photo('a', 4));
    expect(memory.photoOf(-1, 9)).toEqual(photo('a', 4));
    expect(memory.photoOf(-2, 9)).toBeUndefined();
    // -1 with message 19 is another than -11 with message 9.
    expect(memory.photoOf(-11, 9)).toBeUndefined();
  });

  it('is known as answered, per chat', () => {
    const memory = recall();
    memory.photoAnswered(-1, photo('a').photo);
    expect(memory.wasAnswered(-1, photo('a').photo)).toBe(true);
    expect(memory.wasAnswered(-1, photo('b').photo)).toBe(false);
    expect(memory.wasAnswered(-2, photo('a').photo)).toBe(false);
  });
});

describe('a heatmap that Telegram has', () => {
  const key = { photo: 'a', model: 'one', about: { type: 'class', index: 1 }, language: 'en' } as const;

  it('is one of a photo, a model, a class or a kind and a language, until it is gone', () => {
    const memory = recall();
    memory.heatmapSent(key, { kind: 'photo', fileId: 'sent' });
    expect(memory.sentHeatmap({ ...key })).toEqual({ kind: 'photo', fileId: 'sent' });
    const others = [
      { photo: 'b' },
      { model: 'two' },
      { about: { type: 'class', index: 2 } },
      { about: { type: 'group', index: 1 } },
      { language: 'id' },
    ] as const;
    for (const other of others) {
      expect(memory.sentHeatmap({ ...key, ...other })).toBeUndefined();
    }
    memory.heatmapGone(key);
    expect(memory.sentHeatmap(key)).toBeUndefined();
  });

  it('makes room for newer ones', () => {
    const memory = recall(2);
    for (const name of ['a', 'b', 'c']) memory.heatmapSent({ ...key, photo: name }, { kind: 'photo', fileId: name });
    expect(memory.sentHeatmap(key)).toBeUndefined();
    expect(memory.sentHeatmap({ ...key, photo: 'c' })).toBeDefined();
  });
});
