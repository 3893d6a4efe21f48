import type { Middleware } from 'telegraf';
import type { Message } from 'telegraf/types';
import type { Log } from '../../log.js';
import { isOfBot, repliedTo, wordsBeside } from '../addressing.js';
import { named, predict, predictionText, sendPrediction } from '../answer-prediction.js';
import { choiceInReply, isSame } from '../class-choice.js';
import type { BotContext, GuestRequest, Services } from '../context.js';
import { photoIn } from '../photo-in-message.js';
import type { Found } from '../photo-in-message.js';
import { logPhoto } from '../remember-photo.js';
import { ofUpdate, requestOfGuest } from '../requests.js';
import { startAnswer } from '../start-answer.js';
import { guestMessageIn } from '../telegram/newer-types.js';

/** What the bot is asked about: the message itself, else what it replies to, in its chat or another. */
function photoAsked(message: Message): Found {
  const own = photoIn(message);
  if (own.kind !== 'nothing') return own;
  const replied = repliedTo(message) ?? ('external_reply' in message ? message.external_reply : null);
  return replied === null ? own : photoIn(replied);
}

/** The prediction, and before it what was asked for by name, where that is not the answer anyway. */
async function answerPhoto(
  services: Services,
  request: GuestRequest,
  photo: Extract<Found, { kind: 'photo' }>['photo'],
  asking: string,
  botName: string,
): Promise<void> {
  const { analysis, delivery, options, recall } = services;
  const { query, person, words, log } = request;
  logPhoto(log, photo);
  const outcome = await predict(services, request, photo);
  if ('reason' in outcome) {
    const { reason } = outcome;
    if (reason !== 'busy' || (await recall.tellsBusy('guest', person)))
      await delivery.guest(query, words.noPrediction[reason]);
    return;
  }
  const { prediction } = outcome;
  const choice = asking === '' ? null : choiceInReply(analysis.model, words, asking, 'group');
  const asked = choice !== null && 'choose' in choice ? choice.choose(prediction) : prediction.answer.about;
  // What the model knows stands behind a command, which does not reach the bot from there.
  const lines = [predictionText(services, request, prediction, { known: [], previewOf: photo.previewOf })];
  if (!isSame(asked, prediction.answer.about))
    lines.unshift(words.guestAsked(named(services, request, prediction, asked)));
  if (options.heatmaps && analysis.model.explains) lines.push(words.guestHeatmap(botName));
  await sendPrediction(request, () => delivery.guest(query, lines.join('\n')));
}

/**
 * Answers people who name the bot in a chat that it is not in. The chat's number may be that of another chat, so that
 * nothing is looked up or kept by it, and no list of chats can let it in. A sentence says so: the person has asked this
 * bot by its name, and silence would look like a bot that is dead.
 */
export function guestFeature(services: Services, log: Log): Middleware<BotContext> {
  const { delivery, options } = services;
  return async (ctx, next) => {
    const message = guestMessageIn(ctx.update);
    if (message === undefined) return next();
    // Two bots that answer each other's answers would never end.
    if (isOfBot(message) || !(await services.updates.isNew(ctx.update.update_id))) return;
    const own = ofUpdate(services, log, ctx.update.update_id, 'guest');
    const request = requestOfGuest(services, message, own);
    const { query, words } = request;
    void startAnswer(services, request, () => {
      if (options.allowedChats !== null) return delivery.guest(query, words.guestNotServed);
      const found = photoAsked(message);
      switch (found.kind) {
        case 'photo':
          return answerPhoto(services, request, found.photo, wordsBeside(message, ctx.me), ctx.me);
        case 'not-a-picture':
          return delivery.guest(query, words.notAPicture(found.what));
        case 'nothing':
          return delivery.guest(query, words.guestNoPhoto(ctx.me));
      }
    });
  };
}
