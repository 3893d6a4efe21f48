import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { repliedTo, repliesToBot } from '../addressing.js';
import { startAnswer } from '../start-answer.js';
import { choiceInReply } from '../class-choice.js';
import type { BotContext, Services } from '../context.js';
import { explainPhoto } from '../answer-heatmap.js';
import { photoBehind, photoOf } from '../photo-behind.js';
import { replyingTo } from '../requests.js';
import type { RememberedPhoto } from '../state/recall.js';

/** The photo that a reply is about: to an answer of the bot, and in a private chat to the photo itself too. */
async function photoRepliedTo(services: Services, ctx: BotContext, message: Message): Promise<RememberedPhoto | null> {
  const replied = repliedTo(message);
  if (replied === null) return null;
  if (repliesToBot(message, ctx.botInfo.id)) return photoBehind(services, replied);
  return ctx.request.chat === 'private' ? photoOf(replied) : null;
}

/** Another heatmap of a photo already answered: by a reply in people's own words. */
export function followUpFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis } = services;
  const feature = new Composer<BotContext>();

  feature.on('message', async (ctx, next) => {
    const { message, request } = ctx;
    if (ctx.command !== null || !('text' in message)) return next();
    const remembered = await photoRepliedTo(services, ctx, message);
    if (remembered === null) return next();
    const { words, chat } = request;
    const choice = choiceInReply(analysis.model, words, message.text, chat);
    if (choice !== null && 'choose' in choice) {
      void startAnswer(services, request, () =>
        explainPhoto(services, replyingTo(request, remembered.messageId), remembered, choice.choose),
      );
    } else if (chat === 'private') {
      void startAnswer(services, request, async () => {
        await delivery.text(request.place, choice?.sentence ?? words.replyHint);
      });
    }
  });

  return feature;
}
