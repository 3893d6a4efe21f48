import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { repliedTo, repliesToBot } from '../addressing.js';
import { startAnswer } from '../start-answer.js';
import { choiceInReply, theAnswer } from '../class-choice.js';
import type { Choice } from '../class-choice.js';
import type { BotContext, Request, Services } from '../context.js';
import { explainPhoto } from '../answer-heatmap.js';
import { photoBehind, photoOf } from '../photo-behind.js';
import { photoOfAlbum } from '../photo-of-album.js';
import type { Asked } from '../photo-of-album.js';
import { replyingTo } from '../requests.js';
import type { RememberedPhoto } from '../state/recall.js';

/** The photo that a reply is about: to an answer of the bot, and in a private chat to the photo itself too. */
async function photoRepliedTo(services: Services, ctx: BotContext, message: Message): Promise<RememberedPhoto | null> {
  const replied = repliedTo(message);
  if (replied === null) return null;
  if (repliesToBot(message, ctx.botInfo.id)) return photoBehind(services, replied);
  return ctx.request.chat === 'private' ? photoOf(replied) : null;
}

/** What is to be explained of the photo that is meant, or why it is nothing; null where it is talk. */
function choiceIn({ analysis: { model } }: Services, { words, chat }: Request, asked: Asked): Choice | null {
  if ('sentence' in asked) return asked;
  const { text, numbered } = asked;
  return numbered && text === '' ? { choose: theAnswer } : choiceInReply(model, words, text, chat);
}

/** Another heatmap of a photo already answered: by a reply in people's own words. */
export function followUpFeature(services: Services): Composer<BotContext> {
  const { delivery } = services;
  const feature = new Composer<BotContext>();

  feature.on('message', async (ctx, next) => {
    const { message, request } = ctx;
    if (ctx.command !== null || !('text' in message)) return next();
    const remembered = await photoRepliedTo(services, ctx, message);
    if (remembered === null) return next();
    const { words, chat } = request;
    const replied = repliedTo(message);
    const asked = await photoOfAlbum(services, request, { remembered, replied, text: message.text });
    const choice = choiceIn(services, request, asked);
    if ('remembered' in asked && choice !== null && 'choose' in choice) {
      void startAnswer(services, request, () =>
        explainPhoto(services, replyingTo(request, asked.remembered.messageId), asked.remembered, choice.choose),
      );
    } else if (chat === 'private') {
      void startAnswer(services, request, async () => {
        await delivery.text(request.place, choice !== null && 'sentence' in choice ? choice.sentence : words.replyHint);
      });
    }
  });

  return feature;
}
