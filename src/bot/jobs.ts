import type { Update } from 'telegraf/types';
import { photoIn } from './photo-in-message.js';
import { personOf } from './requests.js';
import type { Taken } from './state/updates.js';
import { guestMessageIn } from './telegram/newer-types.js';

/** Where updates go when they were received: to the bot of this process, or to a queue that several processes share. */
export interface Jobs {
  /**
   * Takes an update, once. It may be confirmed to Telegram when it is answered, which in a queue it is when it is stored;
   * null where it could not be taken and should come again.
   */
  take(update: Update): Promise<Pick<Taken, 'answered'> | null>;
  /** Whether it can be taken now. */
  isReady(): boolean;
  /** Resolves once there is room for another update's work, or at the signal. */
  room(signal: AbortSignal): Promise<void>;
}

/** What a queue has to know of an update. */
export interface Waybill {
  /** Who waits for the answer. */
  readonly person: string;
  /** Whether it takes a vision process' time. */
  readonly hasPhoto: boolean;
  /** The same for all parts of an album, which one process has to answer; null where it is none. */
  readonly album: string | null;
}

export function waybillOf(update: Update): Waybill {
  const guest = guestMessageIn(update);
  const message = guest ?? ('message' in update ? update.message : undefined);
  const from = message?.from ?? ('callback_query' in update ? update.callback_query.from : undefined);
  const hasPhoto = message !== undefined && photoIn(message).kind === 'photo';
  const album =
    message !== undefined && 'media_group_id' in message ? `${message.chat.id} ${message.media_group_id}` : null;
  return { person: personOf(from, message?.sender_chat), hasPhoto, album };
}

/** Nothing else of its chat is held back by it: a photo by itself, or a guest's question. */
export function isWaitedFor(update: Update): boolean {
  if (guestMessageIn(update) !== undefined) return true;
  const { hasPhoto, album } = waybillOf(update);
  return hasPhoto && album === null;
}
