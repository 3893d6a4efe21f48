import type { Message } from 'telegraf/types';
import { describe, expect, it } from 'vitest';
import { commandIn, isAutomaticForward, mentions, repliedTo, repliesToBot } from '../../src/bot/addressing.js';
import { MAX_ARGUMENT } from '../../src/limits.js';
import { findEntities } from 'local-telegram';

const BOT = 'Sorot_bot';
const BOT_ID = 42;

const base = { message_id: 1, date: 1, chat: { id: -1, type: 'supergroup', title: 'Kelompok' } };

function text(words: string): Message {
  return { ...base, text: words, entities: findEntities(words) } as unknown as Message;
}

function captioned(words: string): Message {
  return { ...base, photo: [], caption: words, caption_entities: findEntities(words) } as unknown as Message;
}

function replyTo(replied: object): Message {
  return { ...text('dog'), reply_to_message: { ...base, ...replied } } as unknown as Message;
}

describe('the command of a message', () => {
  it.each([
    ['/explain', 'explain', '', false],
    ['/explain dog', 'explain', 'dog', false],
    ['/explain   polar bear ', 'explain', 'polar bear', false],
    ['/explain\ndog', 'explain', 'dog', false],
    ['/EXPLAIN 2', 'explain', '2', false],
    ['/explain@sorot_bot dog', 'explain', 'dog', true],
    ['/explain@SOROT_BOT', 'explain', '', true],
  ])('"%s" is ours, in a text and in a caption', (words, name, argument, byName) => {
    for (const message of [text(words), captioned(words)]) {
      expect(commandIn(message, BOT)).toEqual({ kind: 'ours', command: { name, argument }, byName });
    }
  });

  it.each(['/explain@other_bot', '/explain@sorot_bot_2 dog'])('"%s" is another bot’s', (words) => {
    expect(commandIn(text(words), BOT)).toEqual({ kind: 'others' });
    expect(commandIn(captioned(words), BOT)).toEqual({ kind: 'others' });
  });

  it.each(['explain', 'please /explain', 'and/or', '1/2', ''])('"%s" is none', (words) => {
    expect(commandIn(text(words), BOT)).toEqual({ kind: 'none' });
    expect(commandIn(captioned(words), BOT)).toEqual({ kind: 'none' });
  });

  it('has an argument of a bounded length', () => {
    const found = commandIn(text(`/explain ${'x'.repeat(4000)}`), BOT);
    expect(found.kind === 'ours' && found.command.argument).toHaveLength(MAX_ARGUMENT);
  });

  it('is none where there are no words', () => {
    expect(commandIn({ ...base, sticker: {} } as unknown as Message, BOT)).toEqual({ kind: 'none' });
  });
});

describe('a mention', () => {
  it.each([
    ['Look @sorot_bot', true],
    ['@SOROT_BOT, what is this?', true],
    ['@sorot_bot2', false],
    ['sorot_bot', false],
    ['mail@sorot_bot', false],
    ['@other_bot and nobody else', false],
  ])('"%s": %s', (words, named) => {
    expect(mentions(captioned(words), BOT)).toBe(named);
    expect(mentions(text(words), BOT)).toBe(named);
  });
});

describe('a reply', () => {
  it('to the bot is one to a message of its own', () => {
    expect(repliesToBot(replyTo({ from: { id: BOT_ID } }), BOT_ID)).toBe(true);
    expect(repliesToBot(replyTo({ from: { id: 7 } }), BOT_ID)).toBe(false);
    // A channel's post in a group is from nobody.
    expect(repliesToBot(replyTo({}), BOT_ID)).toBe(false);
    expect(repliesToBot(text('dog'), BOT_ID)).toBe(false);
  });

  it('to the message that opened the topic is none', () => {
    const opened = { message_id: 5, from: { id: BOT_ID }, forum_topic_created: { name: 'Photos', icon_color: 1 } };
    expect(repliedTo(replyTo(opened))).toBeNull();
    expect(repliesToBot(replyTo(opened), BOT_ID)).toBe(false);
    expect(repliedTo(replyTo({ message_id: 6 }))?.message_id).toBe(6);
  });
});

describe('a channel’s post in the group where it is discussed', () => {
  it('is told from one that somebody writes in a channel’s name', () => {
    const post = { ...captioned('/explain'), sender_chat: { id: -2, type: 'channel', title: 'Kanal' } };
    expect(isAutomaticForward({ ...post, is_automatic_forward: true } as unknown as Message)).toBe(true);
    expect(isAutomaticForward(post as unknown as Message)).toBe(false);
  });
});
