import type { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import type { Analysis } from '../analysis/service.js';
import type { Store } from '../analysis/store.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { BotContext, BotOptions, Services } from './context.js';
import type { Jobs } from './jobs.js';
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
import { admit, prepare } from './prepare.js';
import { CommandsAhead } from './state/commands-ahead.js';
import { Recall } from './state/recall.js';
import { Settings } from './state/chat-settings.js';
import { Tasks } from './state/tasks.js';
import { UpdateJournal } from './state/update-journal.js';
import { Updates } from './state/updates.js';
import type { History, Taken } from './state/updates.js';
import type { TelegramClient } from './telegram/client.js';
import { Delivery } from './telegram/delivery.js';
import type { Limiters } from './telegram/send-pace.js';

export interface BotDependencies {
  readonly options: BotOptions;
  readonly telegraf: Telegraf<BotContext>;
  readonly client: TelegramClient;
  readonly analysis: Analysis;
  readonly store: Store;
  readonly limiters: Limiters;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The conversation: everything between an update and what is sent for it. */
export interface Bot extends Jobs {
  /** Takes an update, once; its answer may take longer. */
  readonly take: (update: Update, history?: History) => Promise<Taken>;
  /** Waits until every answer is out, at most so many milliseconds; true where that was enough. */
  readonly settled: (milliseconds: number) => Promise<boolean>;
  /** Ends what is gathered: albums are answered with what there is of them. */
  readonly flush: () => void;
  /** Ends what is written down. */
  readonly close: () => void;
}

/** Builds the bot; nothing is received or sent until a receiver starts. */
export function createBot({
  options,
  telegraf,
  client,
  analysis,
  store,
  limiters,
  log,
  metrics,
}: BotDependencies): Bot {
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

  return {
    take: (update, history) => services.updates.take(update, () => telegraf.handleUpdate(update), history),
    // Commands that name the bot are known by its name.
    isReady: () => telegraf.botInfo !== undefined && !services.tasks.isFull(),
    room: (signal) => services.tasks.room(signal),
    settled: (milliseconds) => services.tasks.settled(milliseconds),
    flush: () => {
      for (const stop of services.onStop) stop();
    },
    close: () => {
      journal.close();
    },
  };
}
