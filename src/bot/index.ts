import { setTimeout as wait } from 'node:timers/promises';
import { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import type { Analysis } from '../analysis/service.js';
import type { Store } from '../analysis/store.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { BotContext, BotOptions, Services } from './context.js';
import { chatSettingsFeature } from './features/settings-commands.js';
import { explainFeature } from './features/photo-commands.js';
import { answerButtonsFeature } from './features/answer-buttons.js';
import { followUpFeature } from './features/follow-up.js';
import { feedbackFeature } from './features/feedback.js';
import { guestFeature } from './features/guest.js';
import { informationFeature } from './features/information.js';
import { photoFeature } from './features/photo.js';
import { statusFeature } from './features/status.js';
import { unhandledFeature } from './features/unhandled.js';
import { photoIn } from './photo-in-message.js';
import { admit, prepare } from './prepare.js';
import { CommandsAhead } from './state/commands-ahead.js';
import { Recall } from './state/recall.js';
import { Settings } from './state/chat-settings.js';
import { Tasks } from './state/tasks.js';
import { UpdateJournal } from './state/update-journal.js';
import { Updates } from './state/updates.js';
import type { Taken } from './state/updates.js';
import { TelegramClient } from './telegram/client.js';
import { Delivery } from './telegram/delivery.js';
import type { Limiters } from './telegram/send-pace.js';
import { guestMessageIn } from './telegram/newer-types.js';

export interface BotDependencies {
  readonly options: BotOptions;
  readonly analysis: Analysis;
  readonly store: Store;
  readonly limiters: Limiters;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The conversation: everything between an update and what is sent for it. */
export interface Bot {
  /** Takes updates; how they come is the receiver's business. */
  readonly telegraf: Telegraf<BotContext>;
  readonly client: TelegramClient;
  /** Takes an update, once; its answer may take longer. */
  readonly take: (update: Update) => Promise<Taken>;
  /**
   * Takes an update that was pushed. A photo by itself and a guest are waited for, other updates are not: Telegram holds back what
   * comes after it in the chat, such as the rest of an album. `later` where it cannot be taken now, because the bot does
   * not know yet who it is or has too much to do, or where its answer could not be sent.
   */
  readonly receive: (update: Update) => Promise<'taken' | 'later'>;
  /** Resolves once there is room for another update's work, or at the signal. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** Waits until every answer is out, at most so many milliseconds; true where that was enough. */
  readonly settled: (milliseconds: number) => Promise<boolean>;
  /** Ends what is gathered: albums are answered with what there is of them. */
  readonly flush: () => void;
  /** Ends every call to Telegram, and what is written down. */
  readonly close: () => void;
}

/** How long a pushed photo is waited for, in milliseconds: Telegram gives up a call after a minute. */
const PHOTO_WITHIN_MS = 20_000;

/** Nothing else of its chat is held back by it: a photo by itself, or a guest's question. */
function isWaitedFor(update: Update): boolean {
  if (guestMessageIn(update) !== undefined) return true;
  return 'message' in update && photoIn(update.message).kind === 'photo' && !('media_group_id' in update.message);
}

/** Builds the bot; nothing is received or sent until a receiver starts. */
export function createBot({ options, analysis, store, limiters, log, metrics }: BotDependencies): Bot {
  const telegraf = new Telegraf<BotContext>(options.token, {
    // A timeout would only stop waiting for a handler; handlers hand their work on and end at once.
    handlerTimeout: Infinity,
    telegram: { apiRoot: options.apiRoot, webhookReply: false },
  });
  const client = new TelegramClient(telegraf.telegram, log, metrics);
  const journal = new UpdateJournal(options.journal, log);
  const services: Services = {
    options,
    analysis,
    client,
    delivery: new Delivery(client, limiters, log, metrics),
    ahead: new CommandsAhead(store),
    recall: new Recall(store, options.recall),
    settings: new Settings(store),
    tasks: new Tasks(),
    updates: new Updates(store, journal),
    journal,
    metrics,
    underWay: new Map(),
    onStop: [],
  };

  telegraf.use((ctx, next) => {
    metrics.update(ctx.updateType);
    return next();
  });
  telegraf.use(guestFeature(services, log));
  telegraf.use(prepare(services, log));
  telegraf.use(admit(services));
  telegraf.use(informationFeature(services));
  telegraf.use(chatSettingsFeature(services));
  telegraf.use(statusFeature(services));
  telegraf.use(explainFeature(services));
  telegraf.use(photoFeature(services));
  telegraf.use(answerButtonsFeature(services));
  telegraf.use(feedbackFeature(services));
  telegraf.use(followUpFeature(services));
  telegraf.use(unhandledFeature(services));
  // Without it the first error of a handler would end the receiving of updates.
  telegraf.catch((error, ctx) => {
    log.error({ err: error, update: ctx.update.update_id }, 'update failed');
  });

  const take = (update: Update): Promise<Taken> => services.updates.take(update, () => telegraf.handleUpdate(update));

  return {
    telegraf,
    client,
    take,
    receive: async (update) => {
      if (telegraf.botInfo === undefined || services.tasks.isFull()) return 'later';
      const { answered } = await take(update);
      if (!isWaitedFor(update)) return 'taken';
      const late = new AbortController();
      const outcome = await Promise.race([answered, wait(PHOTO_WITHIN_MS, 'late', { signal: late.signal })]);
      late.abort();
      return outcome === 'again' ? 'later' : 'taken';
    },
    room: (signal) => services.tasks.room(signal),
    settled: (milliseconds) => services.tasks.settled(milliseconds),
    flush: () => {
      for (const stop of services.onStop) stop();
    },
    close: () => {
      client.stop();
      journal.close();
    },
  };
}
