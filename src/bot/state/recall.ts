import { BoundedCache } from '../../analysis/cache.js';
import type { ClassOrGroup } from '../../vision/model/classifier.js';
import type { PhotoRef } from '../photo-in-message.js';
import type { SentPicture, Target } from '../telegram/payload.js';

/** Photos and messages that are remembered: some 300 bytes each. */
const REMEMBERED = 5000;

/** Seconds in which one person is told at most once that it is too much: a flood of photos is not answered by another. */
const BUSY_ONCE_IN_S = 60;

/** As long as people come back to a photo. */
const DAY_S = 86_400;

/** A photo and the message it came in, which answers reply to. */
export interface RememberedPhoto {
  readonly photo: PhotoRef;
  readonly messageId: number;
}

/** One heatmap of one photo; the words drawn into it depend on the language. */
export interface HeatmapKey {
  readonly photo: string;
  /** The model's fingerprint. */
  readonly model: string;
  readonly about: ClassOrGroup;
  readonly language: string;
}

function heatmapKey({ photo, model, about, language }: HeatmapKey): string {
  return `${photo} ${model} ${about.type} ${about.index} ${language}`;
}

type ChatPlace = Pick<Target, 'chatId' | 'threadId'>;

function personKey({ chatId, threadId }: ChatPlace, person: string): string {
  return `${chatId} ${threadId ?? ''} ${person}`;
}

/**
 * What was talked about: which photo a person sent last, which photo a message of the bot is about, and the heatmaps
 * Telegram has. File ids and numbers only; lost with the process.
 */
export class Recall {
  readonly #last = new BoundedCache<RememberedPhoto>({ limit: REMEMBERED, ttlSeconds: DAY_S });
  readonly #ofMessage = new BoundedCache<RememberedPhoto>({ limit: REMEMBERED, ttlSeconds: DAY_S });
  readonly #answered = new BoundedCache<true>({ limit: REMEMBERED, ttlSeconds: DAY_S });
  readonly #toldBusy = new BoundedCache<true>({ limit: REMEMBERED, ttlSeconds: BUSY_ONCE_IN_S });
  readonly #heatmaps: BoundedCache<SentPicture>;

  constructor(heatmaps: { readonly limit: number; readonly ttlSeconds: number }) {
    this.#heatmaps = new BoundedCache(heatmaps);
  }

  /** The last photo of a person in a chat, or in one of its topics. */
  lastPhoto(place: ChatPlace, person: string): RememberedPhoto | undefined {
    return this.#last.get(personKey(place, person));
  }

  photoSeen(place: ChatPlace, person: string, photo: RememberedPhoto): void {
    this.#last.set(personKey(place, person), photo);
  }

  /** The photo that a message of the bot is about. */
  photoOf(chatId: number, messageId: number): RememberedPhoto | undefined {
    return this.#ofMessage.get(`${chatId} ${messageId}`);
  }

  messageSent(chatId: number, messageId: number, photo: RememberedPhoto): void {
    this.#ofMessage.set(`${chatId} ${messageId}`, photo);
  }

  /** Whether this chat has had the prediction of this photo. */
  wasAnswered(chatId: number, photo: PhotoRef): boolean {
    return this.#answered.has(`${chatId} ${photo.uniqueId}`);
  }

  photoAnswered(chatId: number, photo: PhotoRef): void {
    this.#answered.set(`${chatId} ${photo.uniqueId}`, true);
  }

  /** Whether a person in a chat is to be told that too much is waiting: not if that was done a moment ago. */
  tellsBusy(place: ChatPlace, person: string): boolean {
    const key = personKey(place, person);
    if (this.#toldBusy.has(key)) return false;
    this.#toldBusy.set(key, true);
    return true;
  }

  sentHeatmap(key: HeatmapKey): SentPicture | undefined {
    return this.#heatmaps.get(heatmapKey(key));
  }

  heatmapSent(key: HeatmapKey, picture: SentPicture): void {
    this.#heatmaps.set(heatmapKey(key), picture);
  }

  /** Telegram has it no more. */
  heatmapGone(key: HeatmapKey): void {
    this.#heatmaps.delete(heatmapKey(key));
  }

  close(): void {
    for (const cache of [this.#last, this.#ofMessage, this.#answered, this.#toldBusy, this.#heatmaps]) cache.close();
  }
}
