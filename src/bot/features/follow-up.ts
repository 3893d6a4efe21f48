import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { repliedTo, repliesToBot } from '../addressing.js';
import { startAnswer } from '../start-answer.js';
import { askedWhy } from '../callback-data.js';
import { choiceInReply } from '../class-choice.js';
import type { ClassChoice } from '../class-choice.js';
import type { BotContext, Request, Services } from '../context.js';
import { explainPhoto } from '../answer-heatmap.js';
import { photoIn } from '../photo-in-message.js';
import { replyingTo } from '../requests.js';
import type { RememberedPhoto } from '../state/recall.js';

function photoOf(message: Message): RememberedPhoto | null {
  const found = photoIn(message);
  return found.kind === 'photo' ? { photo: found.photo, messageId: message.message_id } : null;
}

/** The photo a message of the bot is about: as remembered, else as Telegram tells what it replied to. */
async function photoBehind(services: Services, message: Message): Promise<RememberedPhoto | null> {
  const remembered = await services.recall.photoOf(message.chat.id, message.message_id);
  if (remembered !== undefined) return remembered;
  const replied = repliedTo(message);
  return replied === null ? null : photoOf(replied);
}

/** The photo that a reply is about: to an answer of the bot, and in a private chat to the photo itself too. */
async function photoRepliedTo(services: Services, ctx: BotContext, message: Message): Promise<RememberedPhoto | null> {
  const replied = repliedTo(message);
  if (replied === null) return null;
  if (repliesToBot(message, ctx.botInfo.id)) return photoBehind(services, replied);
  return ctx.request.chat === 'private' ? photoOf(replied) : null;
}

/** More heatmaps of a photo already answered: by its buttons, or by a reply in people's own words. */
export function followUpFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis } = services;
  const feature = new Composer<BotContext>();
  const explain = (request: Request, remembered: RememberedPhoto, choose: ClassChoice): void => {
    void startAnswer(services, request, () =>
      explainPhoto(services, replyingTo(request, remembered.messageId), remembered, choose),
    );
  };

  feature.on('callback_query', async (ctx, next) => {
    const { callbackQuery: query, request } = ctx;
    const about = 'data' in query ? askedWhy(query.data, analysis.model.fingerprint) : null;
    if (about === null) return next();
    if (about === 'of-another-model') {
      delivery.answerButton(query.id, request.words.buttonOfOtherModel);
      return;
    }
    const remembered = await photoBehind(services, query.message as Message);
    const { model } = analysis;
    const known = about.index < (about.type === 'class' ? model.classes : model.groups.length);
    if (remembered === null || !known) {
      delivery.answerButton(query.id, request.words.buttonTooOld);
      return;
    }
    delivery.answerButton(query.id, request.words.buttonWorking);
    explain(request, remembered, () => about);
  });

  feature.on('message', async (ctx, next) => {
    const { message, request } = ctx;
    if (ctx.command !== null || !('text' in message)) return next();
    const remembered = await photoRepliedTo(services, ctx, message);
    if (remembered === null) return next();
    const { words, chat } = request;
    const choice = choiceInReply(analysis.model, words, message.text, chat);
    if (choice !== null && 'choose' in choice) {
      explain(request, remembered, choice.choose);
    } else if (chat === 'private') {
      void startAnswer(services, request, async () => {
        await delivery.text(request.place, choice?.sentence ?? words.replyHint);
      });
    }
  });

  return feature;
}
