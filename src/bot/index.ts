import { Telegraf } from 'telegraf';
import type { Update } from 'telegraf/types';
import type { Analysis } from '../analysis/service.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { BotContext, BotOptions, Services } from './context.js';
import { chatSettingsFeature } from './features/settings-commands.js';
import { explainFeature } from './features/photo-commands.js';
import { followUpFeature } from './features/follow-up.js';
import { informationFeature } from './features/information.js';
import { photoFeature } from './features/photo.js';
import { statusFeature } from './features/status.js';
import { unhandledFeature } from './features/unhandled.js';
import { dropDuplicates } from './drop-duplicates.js';
import { admit, prepare } from './prepare.js';
import { Recall } from './state/recall.js';
import { Settings } from './state/chat-settings.js';
import { Tasks } from './state/tasks.js';
import { TelegramClient } from './telegram/client.js';
import { Delivery } from './telegram/delivery.js';

export interface BotDependencies {
  readonly options: BotOptions;
  readonly analysis: Analysis;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** The conversation: everything between an update and what is sent for it. */
export interface Bot {
  /** Takes updates; how they come is the receiver's business. */
  readonly telegraf: Telegraf<BotContext>;
  readonly client: TelegramClient;
  /**
   * Takes an update that was pushed; its work goes on by itself. `later` where it cannot be taken now: the bot does not
   * know yet who it is, or has too much to do.
   */
  readonly receive: (update: Update) => 'taken' | 'later';
  /** Resolves once there is room for another update's work, or at the signal. */
  readonly room: (signal: AbortSignal) => Promise<void>;
  /** Waits until every answer is out, at most so many milliseconds; true where that was enough. */
  readonly settled: (milliseconds: number) => Promise<boolean>;
  /** Ends what is gathered: albums are answered with what there is of them. */
  readonly flush: () => void;
  /** Ends every call to Telegram and forgets everything. */
  readonly close: () => void;
}

/** Builds the bot; nothing is received or sent until a receiver starts. */
export function createBot({ options, analysis, log, metrics }: BotDependencies): Bot {
  const telegraf = new Telegraf<BotContext>(options.token, {
    // A timeout would only stop waiting for a handler; handlers hand their work on and end at once.
    handlerTimeout: Infinity,
    telegram: { apiRoot: options.apiRoot, webhookReply: false },
  });
  const client = new TelegramClient(telegraf.telegram, log, metrics);
  const services: Services = {
    options,
    analysis,
    client,
    delivery: new Delivery(client, log, metrics),
    recall: new Recall(options.recall),
    settings: new Settings(),
    tasks: new Tasks(),
    metrics,
    underWay: new Set(),
    onStop: [],
  };

  const duplicates = dropDuplicates();
  telegraf.use(duplicates.middleware);
  telegraf.use(prepare(services, log));
  telegraf.use(admit(services));
  telegraf.use(informationFeature(services));
  telegraf.use(chatSettingsFeature(services));
  telegraf.use(statusFeature(services));
  telegraf.use(explainFeature(services));
  telegraf.use(photoFeature(services));
  telegraf.use(followUpFeature(services));
  telegraf.use(unhandledFeature(services));
  // Without it the first error of a handler would end the receiving of updates.
  telegraf.catch((error, ctx) => {
    log.error({ err: error, update: ctx.update.update_id }, 'update failed');
  });

  return {
    telegraf,
    client,
    receive: (update) => {
      if (telegraf.botInfo === undefined || services.tasks.isFull()) return 'later';
      services.tasks.start(log, () => telegraf.handleUpdate(update));
      return 'taken';
    },
    room: (signal) => services.tasks.room(signal),
    settled: (milliseconds) => services.tasks.settled(milliseconds),
    flush: () => {
      for (const stop of services.onStop) stop();
    },
    close: () => {
      client.stop();
      duplicates.close();
      services.recall.close();
      services.settings.close();
    },
  };
}
