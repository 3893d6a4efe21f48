import type { Context } from 'telegraf';
import type { Language } from '../languages.js';
import type { Analysis } from '../analysis/service.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { ColourMapName } from '../vision/image/colour-maps.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import type { Command } from './addressing.js';
import type { Catalogue } from './messages/catalogue.js';
import type { CommandsAhead } from './state/commands-ahead.js';
import type { Recall } from './state/recall.js';
import type { ChatSettings, Settings } from './state/chat-settings.js';
import type { Tasks } from './state/tasks.js';
import type { UpdateJournal } from './state/update-journal.js';
import type { Updates } from './state/updates.js';
import type { TelegramClient } from './telegram/client.js';
import type { Delivery, Place } from './telegram/delivery.js';
import type { FileRoot } from './telegram/fetch-file.js';

/** What the bot is told by its operator. */
export interface BotOptions extends FileRoot {
  readonly adminIds: ReadonlySet<number>;
  /** Null: everybody is served. */
  readonly allowedChats: ReadonlySet<number> | null;
  /** Where a person's own language says nothing. */
  readonly language: Language;
  /** False: no heatmaps for anybody. */
  readonly heatmaps: boolean;
  /** The colours of heatmaps, where a chat has chosen none. */
  readonly colourMap: ColourMapName;
  /** Whether people are asked if an answer was right. */
  readonly feedback: boolean;
  /** Answers of one person that are not out yet, at most. */
  readonly personLimit: number;
  /** The file of what the next process has to know of updates, which need not exist; null where a queue knows it. */
  readonly journal: string | null;
  /** Heatmaps that Telegram has are remembered up to this number and this long. */
  readonly recall: { readonly limit: number; readonly ttlSeconds: number };
}

/** What the features work with. */
export interface Services {
  readonly options: BotOptions;
  readonly analysis: Analysis;
  readonly client: TelegramClient;
  readonly delivery: Delivery;
  readonly ahead: CommandsAhead;
  readonly recall: Recall;
  readonly settings: Settings;
  readonly tasks: Tasks;
  readonly updates: Updates;
  readonly journal: UpdateJournal;
  readonly metrics: Metrics;
  /** What heatmaps being made are about, by where they go: pressing a button twice brings one. Tasks bound their number. */
  readonly underWay: Map<string, ClassOrGroup>;
  /** Done when the bot stops taking updates, before it waits for what is under way. */
  readonly onStop: (() => void)[];
}

/** One person's request: in which language it is answered, and whose turn it takes. */
export interface Requested {
  /** The number of its update. */
  readonly update: number;
  /** Names the person among those who wait; nobody else learns it. */
  readonly person: string;
  readonly words: Catalogue;
  readonly log: Log;
  /** When its update arrived, by `performance.now()`. */
  readonly arrived: number;
}

/** In one chat, where its answers go. */
export interface Request extends Requested {
  readonly place: Place;
  readonly chat: 'private' | 'group';
  /** The language of the person's Telegram; null where that is not told. */
  readonly speaks: Language | null;
  /** What its chat had chosen when it came. */
  readonly settings: ChatSettings;
  readonly colours: ColourMapName;
}

/** From a chat that the bot is not in. Of that chat nothing is known or kept: it is answered once, by the query. */
export interface GuestRequest extends Requested {
  readonly query: string;
}

/** What the first middleware adds to an update. */
export interface BotContext extends Context {
  request: Request;
  /** The command of the message's text or caption, where it is meant for this bot. */
  command: Command | null;
}
