import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { LANGUAGES } from '../../languages.js';
import type { Language } from '../../languages.js';
import { startAnswer } from '../start-answer.js';
import { chosenLanguage, languageData } from '../callback-data.js';
import type { BotContext, Request, Services } from '../context.js';
import { maySet, seesEverything } from '../group-admins.js';
import type { Writer } from '../group-admins.js';
import { catalogueOf } from '../messages/index.js';
import { onCommand } from './on-command.js';
import type { Commanded } from './on-command.js';

function languageIn(text: string): Language | null {
  const wanted = text.toLowerCase();
  const found = LANGUAGES.find(
    (language) => language === wanted || catalogueOf(language).languageName.toLowerCase() === wanted,
  );
  return found ?? null;
}

/** Why a press does not change the language; undefined where it does. */
async function refusalOfPress(
  services: Services,
  { words, log }: Request,
  writer: Writer,
  language: Language,
): Promise<string | undefined> {
  try {
    return (await maySet(services, writer)) ? undefined : words.buttonAdminsOnly(`/language ${language}`);
  } catch (error) {
    log.warn({ err: error }, 'who the admins are could not be had');
    return words.unexpected;
  }
}

function switchIn(argument: string): boolean | null {
  switch (argument.toLowerCase()) {
    case 'on':
      return true;
    case 'off':
      return false;
    default:
      return null;
  }
}

/** /language, /heatmap and /auto: what a chat has chosen. In groups its admins choose. */
export function chatSettingsFeature(services: Services): Composer<BotContext> {
  const { delivery, settings, client, options } = services;
  const feature = new Composer<BotContext>();

  const answering =
    (sentence: (commanded: Commanded) => Promise<string>) =>
    (commanded: Commanded): undefined => {
      const { request } = commanded.ctx;
      void startAnswer(services, request, async () => {
        await delivery.text(request.place, await sentence(commanded));
      });
    };

  /** The change, for those who may make it. */
  const changing = async ({ ctx, message }: Commanded, change: () => Promise<string>): Promise<string> =>
    (await maySet(services, message)) ? change() : ctx.request.words.groupAdminsOnly;

  onCommand(feature, 'language', (commanded) => {
    const { ctx, command } = commanded;
    const { request } = ctx;
    const chosen = languageIn(command.argument);
    if (chosen === null) {
      const buttons = LANGUAGES.map((language) => ({
        text: catalogueOf(language).languageName,
        callback_data: languageData(language),
      }));
      void startAnswer(services, request, async () => {
        await delivery.text(request.place, request.words.languageQuestion, { inline_keyboard: [buttons] });
      });
      return true;
    }
    answering(() =>
      changing(commanded, async () => {
        await settings.change(request.place.chatId, { language: chosen });
        return catalogueOf(chosen).languageSet;
      }),
    )(commanded);
    return true;
  });

  onCommand(
    feature,
    'heatmap',
    answering(async (commanded) => {
      const { request } = commanded.ctx;
      const { words, chat } = request;
      const { argument } = commanded.command;
      const on = switchIn(argument);
      if (!options.heatmaps) return words.heatmapOffForAll;
      const { heatmaps } = await settings.of(request.place.chatId);
      if (argument === '') return words.heatmapState(heatmaps !== false, chat);
      if (on === null) return words.onOrOff('heatmap');
      return changing(commanded, async () => {
        await settings.change(request.place.chatId, { heatmaps: on });
        return words.heatmapSet(on);
      });
    }),
  );

  onCommand(
    feature,
    'auto',
    answering(async (commanded) => {
      const { ctx, command } = commanded;
      const { words, chat, place } = ctx.request;
      if (chat === 'private') return words.autoInPrivate;
      const on = switchIn(command.argument);
      const { auto } = await settings.of(place.chatId);
      if (command.argument === '') return words.autoState(auto === true);
      if (on === null) return words.onOrOff('auto');
      return changing(commanded, async () => {
        const sees = !on || (await seesEverything(services, place.chatId, await client.call('getMe', {})));
        await settings.change(place.chatId, { auto: on });
        return sees ? words.autoSet(on) : words.autoHidden(ctx.me);
      });
    }),
  );

  feature.on('callback_query', async (ctx, next) => {
    const { callbackQuery: query, request } = ctx;
    const language = 'data' in query ? chosenLanguage(query.data) : null;
    const known = language === null ? null : languageIn(language);
    if (known === null) return next();
    const message = query.message as Message;
    const { chatId } = request.place;
    void startAnswer(services, request, async () => {
      const refusal = await refusalOfPress(services, request, { chat: message.chat, from: query.from }, known);
      delivery.answerButton(query.id, refusal);
      if (refusal !== undefined) return;
      await settings.change(chatId, { language: known });
      await delivery.editText({ chatId, messageId: message.message_id }, catalogueOf(known).languageSet);
    });
  });

  return feature;
}
