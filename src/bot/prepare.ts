import type { Middleware } from 'telegraf';
import type { Log } from '../log.js';
import { commandIn, isAutomaticForward, isOfBot } from './addressing.js';
import { startAnswer } from './start-answer.js';
import type { BotContext, Services } from './context.js';
import { ofUpdate, requestOfButton, requestOfMessage, wordsOfButton } from './requests.js';

/** Adds the request to every update that makes one; others, and messages for other bots, end here. */
export function prepare(services: Services, log: Log): Middleware<BotContext> {
  return async (ctx, next) => {
    const own = ofUpdate(services, log, ctx.update.update_id, ctx.chat?.type);
    if (ctx.callbackQuery !== undefined) {
      const [request, isNew] = await Promise.all([
        requestOfButton(services, ctx.callbackQuery, own),
        services.updates.isNew(own.update),
      ]);
      if (!isNew) return;
      if (request === null) {
        const { buttonTooOld } = await wordsOfButton(services, ctx.callbackQuery);
        services.delivery.answerButton(ctx.callbackQuery.id, buttonTooOld);
        return;
      }
      ctx.request = request;
      ctx.command = null;
      return next();
    }
    const { message, chat } = ctx;
    if (message === undefined) return;
    // Telegram's own always have one; whatever sends one without has nobody to answer.
    if (chat === undefined) {
      own.log.warn('a message without a chat');
      return;
    }
    if ('migrate_to_chat_id' in message) await services.settings.move(message.chat.id, message.migrate_to_chat_id);
    const found = commandIn(message, ctx.me);
    if (found.kind === 'others') return;
    // Two bots that answer each other's answers would never end.
    if (isOfBot(message) && !(found.kind === 'ours' && found.byName)) return;
    const [request, isNew] = await Promise.all([
      requestOfMessage(services, message, own),
      services.updates.isNew(own.update),
    ]);
    if (!isNew) return;
    ctx.request = request;
    ctx.command = found.kind === 'ours' && !isAutomaticForward(message) ? found.command : null;
    await next();
  };
}

/** Keeps out chats the operator does not serve: a sentence in private, silence in groups. */
export function admit(services: Services): Middleware<BotContext> {
  const { allowedChats } = services.options;
  return async (ctx, next) => {
    const { request } = ctx;
    const { chatId } = request.place;
    if (allowedChats === null || allowedChats.has(chatId)) return next();
    if (ctx.callbackQuery !== undefined) services.delivery.answerButton(ctx.callbackQuery.id);
    if (request.chat === 'group' || ctx.message === undefined) return;
    void startAnswer(services, request, async () => {
      await services.delivery.text(request.place, request.words.notServed(chatId));
    });
  };
}
