import { Composer } from 'telegraf';
import { startAnswer } from '../start-answer.js';
import type { BotContext, Services } from '../context.js';

/** What no feature took: a short hint in private chats, silence in groups. */
export function unhandledFeature(services: Services): Composer<BotContext> {
  const { delivery } = services;
  const feature = new Composer<BotContext>();

  feature.on('message', (ctx) => {
    const { request, command, message } = ctx;
    // Something that merely happened, such as a message pinned, is nobody's question.
    const isContent = 'reply_markup' in message || 'text' in message || 'forward_origin' in message || isMedia(message);
    if (request.chat !== 'private' || !isContent) return;
    void startAnswer(services, request, async () => {
      const sentence = command === null ? request.words.hint : request.words.unknownCommand(command.name);
      await delivery.text(request.place, sentence);
    });
  });

  feature.on('callback_query', (ctx) => {
    delivery.answerButton(ctx.callbackQuery.id, ctx.request.words.buttonTooOld);
  });

  return feature;
}

const MEDIA = [
  'voice',
  'audio',
  'location',
  'contact',
  'poll',
  'dice',
  'venue',
  'story',
  'game',
  'paid_media',
  'caption',
] as const;

function isMedia(message: object): boolean {
  return MEDIA.some((kind) => kind in message);
}
