import { Agent } from 'node:http';
import { Telegraf } from 'telegraf';
import type { Log } from '../../log.js';
import type { Metrics } from '../../metrics.js';
import type { BotContext } from '../context.js';
import { TelegramClient } from './client.js';
import type { FileRoot } from './fetch-file.js';

/** The ways to Telegram: by which updates come, and by which everything is called. */
export interface TelegramConnection {
  /** Takes updates; how they come is the receiver's business. */
  readonly telegraf: Telegraf<BotContext>;
  readonly client: TelegramClient;
}

/** Nothing is called until somebody asks. */
export function connectTelegram({ token, apiRoot }: FileRoot, log: Log, metrics: Metrics): TelegramConnection {
  const telegraf = new Telegraf<BotContext>(token, {
    // A timeout would only stop waiting for a handler; handlers hand their work on and end at once.
    handlerTimeout: Infinity,
    telegram: { apiRoot, webhookReply: false },
  });
  // Telegraf keeps connections for the next call with https only. A Bot API server of one's own speaks http.
  if (apiRoot.startsWith('http:')) telegraf.telegram.options.agent = new Agent({ keepAlive: true });
  return { telegraf, client: new TelegramClient(telegraf.telegram, log, metrics) };
}
