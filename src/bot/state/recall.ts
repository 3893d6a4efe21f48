import type { CacheOptions } from '../../analysis/cache.js';
import type { Kept, Store } from '../../analysis/store.js';
import type { ClassOrGroup } from '../../vision/model/classifier.js';
import type { Command } from '../addressing.js';
import type { PhotoRef } from '../photo-in-message.js';
import type { SentPicture, Target } from '../telegram/payload.js';

/** Photos and messages that are remembered: some 300 bytes each. */
const REMEMBERED = 5000;

/** Seconds in which one person is told at most once that it is too much: a flood of photos is not answered by another. */
const BUSY_ONCE_IN_S = 60;

/** Photos of one album are some seconds apart at most, where the network is bad. */
const ALBUM_S = 60;

/** As long as people come back to a photo. */
const DAY_S = 86_400;

/** What an album was asked for, in its caption for one. */
export interface AlbumAsked {
  readonly command: Command | null;
}

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
 * Telegram has. File ids and numbers only.
 */
export class Recall {
  readonly #last: Kept<RememberedPhoto>;
  readonly #ofMessage: Kept<RememberedPhoto>;
  readonly #answered: Kept<true>;
  readonly #albums: Kept<AlbumAsked>;
  readonly #toldBusy: Kept<true>;
  readonly #heatmaps: Kept<SentPicture>;

  constructor(store: Store, heatmaps: CacheOptions) {
    const forADay = { limit: REMEMBERED, ttlSeconds: DAY_S };
    this.#last = store.kept('last-photo', forADay);
    this.#ofMessage = store.kept('photo-of-message', forADay);
    this.#answered = store.kept('answered-photo', forADay);
    this.#albums = store.kept('asked-album', { limit: REMEMBERED, ttlSeconds: ALBUM_S });
    this.#toldBusy = store.kept('told-busy', { limit: REMEMBERED, ttlSeconds: BUSY_ONCE_IN_S });
    this.#heatmaps = store.kept('heatmap', heatmaps);
  }

  /** The last photo of a person in a chat, or in one of its topics. */
  lastPhoto(place: ChatPlace, person: string): Promise<RememberedPhoto | undefined> {
    return this.#last.get(personKey(place, person));
  }

  photoSeen(place: ChatPlace, person: string, photo: RememberedPhoto): Promise<void> {
    return this.#last.set(personKey(place, person), photo);
  }

  /** The photo that a message of the bot is about. */
  photoOf(chatId: number, messageId: number): Promise<RememberedPhoto | undefined> {
    return this.#ofMessage.get(`${chatId} ${messageId}`);
  }

  messageSent(chatId: number, messageId: number, photo: RememberedPhoto): Promise<void> {
    return this.#ofMessage.set(`${chatId} ${messageId}`, photo);
  }

  /** Whether this chat has had the prediction of this photo. */
  async wasAnswered(chatId: number, photo: PhotoRef): Promise<boolean> {
    return (await this.#answered.get(`${chatId} ${photo.uniqueId}`)) === true;
  }

  photoAnswered(chatId: number, photo: PhotoRef): Promise<void> {
    return this.#answered.set(`${chatId} ${photo.uniqueId}`, true);
  }

  /** What an album was asked for that was answered a moment ago; undefined where nobody asked. */
  albumAsked(chatId: number, album: string): Promise<AlbumAsked | undefined> {
    return this.#albums.get(`${chatId} ${album}`);
  }

  albumAnswered(chatId: number, album: string, asked: AlbumAsked): Promise<void> {
    return this.#albums.set(`${chatId} ${album}`, asked);
  }

  /** Whether a person in a chat is to be told that too much is waiting: not if that was done a moment ago. */
  tellsBusy(place: ChatPlace, person: string): Promise<boolean> {
    return this.#toldBusy.add(personKey(place, person), true);
  }

  sentHeatmap(key: HeatmapKey): Promise<SentPicture | undefined> {
    return this.#heatmaps.get(heatmapKey(key));
  }

  heatmapSent(key: HeatmapKey, picture: SentPicture): Promise<void> {
    return this.#heatmaps.set(heatmapKey(key), picture);
  }

  /** Telegram has it no more. */
  heatmapGone(key: HeatmapKey): Promise<void> {
    return this.#heatmaps.delete(heatmapKey(key));
  }
}
