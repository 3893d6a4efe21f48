import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { settingButtons } from '../buttons.js';
import { chosenSetting } from '../callback-data.js';
import type { BotContext, Request, Services } from '../context.js';
import { maySet, seesEverything } from '../group-admins.js';
import type { Catalogue } from '../messages/catalogue.js';
import type { Writer } from '../group-admins.js';
import { inSettingsOf } from '../requests.js';
import { namedSetting } from '../setting-names.js';
import { startAnswer } from '../start-answer.js';
import type { ChatSettings } from '../state/chat-settings.js';
import { onCommand } from './on-command.js';
import type { Commanded } from './on-command.js';

/** Why a press changes nothing; undefined where it does. */
async function refusalOfPress(
  services: Services,
  { words, log }: Request,
  writer: Writer,
  setting: string,
): Promise<string | undefined> {
  const command = `/${words.commandNames.settings ?? 'settings'} ${setting}`;
  try {
    return (await maySet(services, writer)) ? undefined : words.buttonAdminsOnly(command);
  } catch (error) {
    log.warn({ err: error }, 'who the admins are could not be had');
    return words.unexpected;
  }
}

/** Whether every photo is to be answered of a group whose photos privacy mode hides. */
async function isHidden(services: Services, chatId: number, { auto }: ChatSettings): Promise<boolean> {
  return auto === true && !(await seesEverything(services, chatId, await services.client.call('getMe', {})));
}

type Said = (words: Catalogue, changed: ChatSettings) => string;

/** The commands, what stands before their words in the name of a setting, and what is said of a change; null: all of them. */
const BY_COMMAND: readonly (readonly ['settings' | 'language' | 'heatmap' | 'auto', string, Said | null])[] = [
  ['settings', '', null],
  ['language', 'language ', ({ languageSet }) => languageSet],
  ['heatmap', 'heatmaps ', ({ heatmapSet }, { heatmaps }) => heatmapSet(heatmaps === true)],
  ['auto', 'auto ', ({ autoSet }, { auto }) => autoSet(auto === true)],
];

/**
 * /settings, and /language, /heatmap and /auto, which name one of them: what a chat has chosen, changed by a tap or by
 * words such as `/heatmap off`. In groups its admins choose.
 */
export function chatSettingsFeature(services: Services): Composer<BotContext> {
  const { delivery, settings, options } = services;
  const feature = new Composer<BotContext>();

  const change = async (request: Request, changed: ChatSettings): Promise<{ now: Request; hidden: boolean }> => {
    const { chatId } = request.place;
    const hidden = await isHidden(services, chatId, changed);
    await settings.change(chatId, changed);
    return { now: await inSettingsOf(services, request), hidden };
  };

  const say = async ({ place }: Request, sentence: string): Promise<void> => {
    await delivery.text(place, sentence);
  };

  const show = async (request: Request): Promise<void> => {
    await delivery.text(request.place, request.words.settings(request.chat), settingButtons(services, request));
  };

  for (const [command, prefix, said] of BY_COMMAND) {
    onCommand(feature, command, ({ ctx, message, command: { argument } }: Commanded) => {
      const { request } = ctx;
      void startAnswer(services, request, async () => {
        const { words, chat } = request;
        const named = namedSetting(prefix + argument);
        if (command === 'auto' && chat === 'private') return say(request, words.autoInPrivate);
        if (command === 'heatmap' && !options.heatmaps) return say(request, words.heatmapOffForAll);
        if (named === null || ('auto' in named && chat === 'private')) return show(request);
        if (!(await maySet(services, message))) return say(request, words.groupAdminsOnly);
        const { now, hidden } = await change(request, named);
        if (hidden) return say(now, now.words.autoHidden(ctx.me));
        return said === null ? show(now) : say(now, said(now.words, named));
      });
      return true;
    });
  }

  feature.on('callback_query', async (ctx, next) => {
    const { callbackQuery: query, request } = ctx;
    const setting = 'data' in query ? chosenSetting(query.data) : null;
    const named = setting === null ? null : namedSetting(setting);
    if (setting === null || named === null) return next();
    const message = query.message as Message;
    const { chatId } = request.place;
    void startAnswer(services, request, async () => {
      const refusal = await refusalOfPress(services, request, { chat: message.chat, from: query.from }, setting);
      delivery.answerButton(query.id, refusal);
      if (refusal !== undefined) return;
      const { now, hidden } = await change(request, named);
      const text = now.words.settings(now.chat);
      await delivery.editText({ chatId, messageId: message.message_id }, text, settingButtons(services, now));
      if (hidden) await say(now, now.words.autoHidden(ctx.me));
    });
  });

  return feature;
}
