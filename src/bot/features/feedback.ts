import { Composer } from 'telegraf';
import type { InlineKeyboardMarkup } from 'telegraf/types';
import { withoutVerdicts } from '../buttons.js';
import { isVerdict, judgedIn } from '../callback-data.js';
import type { BotContext, Services } from '../context.js';
import { startAnswer } from '../start-answer.js';

/** 👍 and 👎 under a prediction: counted and logged with the class, never with the photo or whoever pressed. */
export function feedbackFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis, recall, metrics } = services;
  const feature = new Composer<BotContext>();

  feature.on('callback_query', async (ctx, next) => {
    const { callbackQuery: query, request } = ctx;
    const { data, message } = query as typeof query & { data?: string };
    if (data === undefined || message === undefined || !isVerdict(data)) return next();
    const judged = judgedIn(data, analysis.model.fingerprint);
    const place = { chatId: message.chat.id, messageId: message.message_id };
    const counts =
      judged !== null &&
      analysis.model.has(judged.about) &&
      (await recall.isFirstVerdict(place.chatId, place.messageId));
    delivery.answerButton(query.id, judged === null ? request.words.buttonOfOtherModel : request.words.thanks);
    if (counts) {
      const { verdict, about, probability } = judged;
      metrics.judged(verdict);
      request.log.info({ verdict, [about.type]: about.index, probability }, 'answer judged');
    }
    const { reply_markup: markup } = message as typeof message & { reply_markup?: InlineKeyboardMarkup };
    if (markup !== undefined) {
      void startAnswer(services, request, () => delivery.editButtons(place, withoutVerdicts(markup)));
    }
  });

  return feature;
}
