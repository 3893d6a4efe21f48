import type { Analysis } from '../analysis/service.js';
import type { Store } from '../analysis/store.js';
import type { Bot } from '../bot/index.js';
import type { Receiving } from '../bot/receiving/connecting.js';
import type { TelegramConnection } from '../bot/telegram/telegraf.js';
import type { HttpServer } from '../http/http-server.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Shared } from '../redis/shared.js';

/** Whoever answers updates. */
export interface Answering {
  readonly bot: Bot;
  readonly analysis: Analysis;
}

export interface Parts {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly telegram: TelegramConnection;
  readonly store: Store;
  readonly shared: Shared | null;
}

/** Everything that has to end. */
export interface Running extends Parts {
  readonly server: HttpServer;
  readonly answering: Answering | null;
  readonly receiving: Receiving;
  readonly stopping: AbortController;
  readonly milliseconds: number;
}
