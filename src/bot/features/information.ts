import { Composer } from 'telegraf';
import { startAnswer } from '../answering.js';
import type { BotContext, Services } from '../context.js';
import { onCommand } from './commands.js';
import type { Commanded } from './commands.js';

/** Commands that tell about the bot: /start, /help, /privacy, /labels, /model. */
export function informationFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis } = services;
  const { model } = analysis;
  const feature = new Composer<BotContext>();

  const answer =
    (text: (commanded: Commanded) => string) =>
    (commanded: Commanded): undefined => {
      const { request } = commanded.ctx;
      startAnswer(services, request, async () => {
        await delivery.text(request.place, text(commanded));
      });
    };

  onCommand(
    feature,
    'start',
    answer(({ ctx }) => ctx.request.words.start(model.name, ctx.request.chat, ctx.me)),
  );
  onCommand(
    feature,
    'help',
    answer(({ ctx }) => ctx.request.words.help(ctx.request.chat, ctx.me)),
  );
  onCommand(
    feature,
    'privacy',
    answer(({ ctx }) => ctx.request.words.privacy),
  );
  onCommand(
    feature,
    'labels',
    answer(({ ctx }) => {
      const { words } = ctx.request;
      const names = model.labels(words.language);
      if (names.length === 0) return words.noLabels(model.classes);
      return words.labels(names, 0);
    }),
  );
  onCommand(
    feature,
    'model',
    answer(({ ctx }) => ctx.request.words.modelFacts(model)),
  );
  return feature;
}
