import { Composer } from 'telegraf';
import { startAnswer } from '../start-answer.js';
import type { ModelFacts } from '../../analysis/service.js';
import type { ClassOrGroup } from '../../vision/model/classifier.js';
import type { BotContext, Services } from '../context.js';
import type { Catalogue, KindWords } from '../messages/catalogue.js';
import { onCommand } from './on-command.js';
import type { Commanded } from './on-command.js';

/** The kinds of a level of the tree, each with those within it. */
function kindsWithin(model: ModelFacts, parent: number | null, language: string): KindWords[] {
  return model.groups.flatMap((group, index): KindWords[] => {
    if (group.parent !== parent) return [];
    const about: ClassOrGroup = { type: 'group', index };
    return [
      {
        label: model.nameOf(about, language),
        classes: model.membersOf(about).length,
        within: kindsWithin(model, index, language),
      },
    ];
  });
}

/** What the model knows: by kind where it has kinds, of one kind where that is asked for, else every name. */
function labelsMessage(model: ModelFacts, words: Catalogue, argument: string): string {
  const { language } = words;
  const names = model.labels(language);
  if (names.length === 0) return words.noLabels(model.classes);
  if (argument === '') {
    const kinds = kindsWithin(model, null, language);
    return kinds.length === 0 ? words.labels(names, 0) : words.kinds(kinds, model.classes);
  }
  const match = model.find(argument);
  if (match.found !== 'named') {
    const near = match.found === 'no-name' ? match.near.map((about) => model.nameOf(about, language)) : [];
    return words.unknownLabel(argument, near);
  }
  const classes = [...new Set(match.of.flatMap(model.membersOf))];
  const [only] = match.of;
  const title = match.of.length === 1 && only !== undefined ? model.nameOf(only, language) : argument;
  return words.labelsOf(
    title,
    classes.map((index) => model.nameOf({ type: 'class', index }, language)),
  );
}

/** Commands that tell about the bot: /start, /help, /privacy, /labels, /model. */
export function informationFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis } = services;
  const { model } = analysis;
  const feature = new Composer<BotContext>();

  const answer =
    (text: (commanded: Commanded) => string) =>
    (commanded: Commanded): undefined => {
      const { request } = commanded.ctx;
      void startAnswer(services, request, async () => {
        await delivery.text(request.place, text(commanded));
      });
    };

  onCommand(
    feature,
    'start',
    answer(({ ctx }) => ctx.request.words.start(ctx.request.chat, ctx.me)),
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
    answer(({ ctx, command }) => labelsMessage(model, ctx.request.words, command.argument)),
  );
  onCommand(
    feature,
    'model',
    answer(({ ctx }) => {
      const { class: ofClass, group } = model.threshold;
      const threshold = { class: ofClass, group: model.groups.length === 0 ? null : group };
      return ctx.request.words.modelFacts({ ...model, threshold });
    }),
  );
  return feature;
}
