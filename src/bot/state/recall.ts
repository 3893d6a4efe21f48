import type { CacheOptions } from '../../analysis/cache.js';
import type { Kept, Store } from '../../analysis/store.js';
import type { ClassOrGroup } from '../../vision/model/classifier.js';
import type { Command } from '../addressing.js';
import type { PhotoRef } from '../photo-in-message.js';
import type { SentMessage, SentPicture, Target } from '../telegram/payload.js';

/** Photos and messages that are remembered: some 300 bytes each. */
const REMEMBERED = 5000;

/** Albums that are remembered: some three kilobytes each. */
const REMEMBERED_ALBUMS = 500;

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

/** One heatmap of one photo, in one of the colours; the words drawn into it depend on the language. */
export interface HeatmapKey {
  readonly photo: string;
  /** The model's fingerprint. */
  readonly model: string;
  readonly about: ClassOrGroup;
  readonly language: string;
  readonly colours: string;
}

/** The message that a photo's heatmap stands in. */
export interface HeatmapMessage extends Omit<SentMessage, 'chatId'> {
  /** Its photo's number, where it is one of an album. */
  readonly photo: number | null;
}

export interface ShownHeatmap extends HeatmapMessage {
  readonly about: ClassOrGroup;
}

/** The photos of an album in order; null for what could not be predicted. */
export type RememberedAlbum = readonly (RememberedPhoto | null)[];

function heatmapKey({ photo, model, about, language, colours }: HeatmapKey): string {
  return `${photo} ${model} ${about.type} ${about.index} ${language} ${colours}`;
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
  /** By photo, the message in which it was answered last. */
  readonly #answered: Kept<number>;
  readonly #askedAlbums: Kept<AlbumAsked>;
  readonly #toldBusy: Kept<true>;
  readonly #readsHeatmaps: Kept<true>;
  readonly #judged: Kept<true>;
  readonly #heatmaps: Kept<SentPicture>;
  readonly #shown: Kept<ShownHeatmap>;
  readonly #albums: Kept<RememberedAlbum>;
  /** By a photo's message, the first message of its album. */
  readonly #albumOf: Kept<number>;

  constructor(store: Store, heatmaps: CacheOptions) {
    const forADay = { limit: REMEMBERED, ttlSeconds: DAY_S };
    this.#last = store.kept('last-photo', forADay);
    this.#ofMessage = store.kept('photo-of-message', forADay);
    this.#answered = store.kept('answered-photo', forADay);
    this.#askedAlbums = store.kept('asked-album', { limit: REMEMBERED, ttlSeconds: ALBUM_S });
    this.#toldBusy = store.kept('told-busy', { limit: REMEMBERED, ttlSeconds: BUSY_ONCE_IN_S });
    const isTrue = (value: unknown): boolean => value === true;
    this.#readsHeatmaps = store.kept('reads-heatmaps', { limit: REMEMBERED, lasting: isTrue });
    this.#judged = store.kept('judged', forADay);
    this.#heatmaps = store.kept('heatmap', heatmaps);
    this.#shown = store.kept('shown-heatmap', forADay);
    this.#albums = store.kept('album', { limit: REMEMBERED_ALBUMS, ttlSeconds: DAY_S });
    this.#albumOf = store.kept('album-of-photo', forADay);
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
    return (await this.#answered.get(`${chatId} ${photo.uniqueId}`)) !== undefined;
  }

  /** Whether this chat has had it as the answer to this message. */
  async isAnswered(chatId: number, { photo, messageId }: RememberedPhoto): Promise<boolean> {
    return (await this.#answered.get(`${chatId} ${photo.uniqueId}`)) === messageId;
  }

  photoAnswered(chatId: number, { photo, messageId }: RememberedPhoto): Promise<void> {
    return this.#answered.set(`${chatId} ${photo.uniqueId}`, messageId);
  }

  /** What an album was asked for that was answered a moment ago; undefined where nobody asked. */
  albumAsked(chatId: number, album: string): Promise<AlbumAsked | undefined> {
    return this.#askedAlbums.get(`${chatId} ${album}`);
  }

  albumIsAsked(chatId: number, album: string, asked: AlbumAsked): Promise<void> {
    return this.#askedAlbums.set(`${chatId} ${album}`, asked);
  }

  /** The last heatmap of the photo that came in a message. */
  shownHeatmap(chatId: number, photo: RememberedPhoto): Promise<ShownHeatmap | undefined> {
    return this.#shown.get(`${chatId} ${photo.messageId}`);
  }

  heatmapShown(chatId: number, photo: RememberedPhoto, shown: ShownHeatmap): Promise<void> {
    return this.#shown.set(`${chatId} ${photo.messageId}`, shown);
  }

  /** The album that a photo belongs to. */
  async albumOf(chatId: number, photo: RememberedPhoto): Promise<RememberedAlbum | undefined> {
    const first = await this.#albumOf.get(`${chatId} ${photo.messageId}`);
    return first === undefined ? undefined : this.#albums.get(`${chatId} ${first}`);
  }

  async albumAnswered(chatId: number, album: RememberedAlbum): Promise<void> {
    const photos = album.filter((photo) => photo !== null);
    const [first] = photos;
    if (first === undefined) return;
    await Promise.all([
      this.#albums.set(`${chatId} ${first.messageId}`, album),
      ...photos.map(({ messageId }) => this.#albumOf.set(`${chatId} ${messageId}`, first.messageId)),
    ]);
  }

  /** Whether a person in a chat, or as a guest, is to be told that too much is waiting: not if that was done a moment ago. */
  tellsBusy(place: ChatPlace | 'guest', person: string): Promise<boolean> {
    return this.#toldBusy.add(place === 'guest' ? `guest ${person}` : personKey(place, person), true);
  }

  /** Whether nobody has told a chat yet how a heatmap is read; whoever asks does so. */
  isFirstHeatmap(chatId: number): Promise<boolean> {
    return this.#readsHeatmaps.add(String(chatId), true);
  }

  /** Whether an answer is judged for the first time. */
  isFirstVerdict(chatId: number, messageId: number): Promise<boolean> {
    return this.#judged.add(`${chatId} ${messageId}`, true);
  }

  sentHeatmap(key: HeatmapKey): Promise<SentPicture | undefined> {
    return this.#heatmaps.get(heatmapKey(key));
  }

  heatmapSent(key: HeatmapKey, picture: SentPicture): Promise<void> {
    return this.#heatmaps.set(heatmapKey(key), picture);
  }

  /** Telegram has it no more. */
  async heatmapGone(key: HeatmapKey): Promise<void> {
    await this.#heatmaps.delete(heatmapKey(key));
  }
}
