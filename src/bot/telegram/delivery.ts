import PQueue from 'p-queue';
import type { InlineKeyboardMarkup, InputMedia, Message, Opts, ReplyParameters } from 'telegraf/types';
import type { Log } from '../../log.js';
import { TelegramFailure } from './client.js';
import type { Method, ResultOf, TelegramClient } from './client.js';

/** A chat action shows for five seconds; renewed a little earlier it does not blink. */
const CHAT_ACTION_MS = 4500;

/** Sends waiting for one chat: more than its people can have asked for at once. */
const LANE_LIMIT = 200;

/** Where an answer goes: a chat, the topic within it, and the message it answers. */
export interface Place {
  readonly chatId: number;
  readonly threadId: number | undefined;
  readonly replyTo: number;
}

/** A picture Telegram has already: sent again without an upload. */
export interface SentPicture {
  readonly kind: 'photo' | 'document';
  readonly fileId: string;
}

export type Picture = { readonly kind: 'jpeg'; readonly jpeg: Uint8Array } | SentPicture;

export interface Captioned {
  readonly picture: Picture;
  /** Telegram HTML. */
  readonly caption: string;
}

export interface Delivered {
  readonly messageId: number;
  /** Null where Telegram's answer does not name the file. */
  readonly picture: SentPicture | null;
}

type Sending = 'sendMessage' | 'sendPhoto' | 'sendDocument' | 'sendMediaGroup';

function replyParameters(replyTo: number): ReplyParameters {
  return { message_id: replyTo, allow_sending_without_reply: true };
}

/**
 * Reply parameters for an upload: telegraf drops objects from multipart forms, so they go as the JSON that the form
 * would hold anyway (telegraf issues 1970, 2004, 2094).
 */
function uploadReplyParameters(replyTo: number): ReplyParameters {
  return JSON.stringify(replyParameters(replyTo)) as unknown as ReplyParameters;
}

function thread(threadId: number | undefined): { message_thread_id?: number } {
  return threadId === undefined ? {} : { message_thread_id: threadId };
}

function upload(picture: Picture): string | { source: Buffer; filename: string } {
  if (picture.kind !== 'jpeg') return picture.fileId;
  const { buffer, byteOffset, byteLength } = picture.jpeg;
  return { source: Buffer.from(buffer, byteOffset, byteLength), filename: 'heatmap.jpg' };
}

function sentPicture(message: Message): SentPicture | null {
  if ('photo' in message) {
    const largest = message.photo.at(-1);
    return largest === undefined ? null : { kind: 'photo', fileId: largest.file_id };
  }
  return 'document' in message ? { kind: 'document', fileId: message.document.file_id } : null;
}

function delivered(message: Message): Delivered {
  return { messageId: message.message_id, picture: sentPicture(message) };
}

/** Telegram takes no photo above a ratio of 20 or 10000 pixels of width and height together. */
function isPhotoRefusal(error: unknown): boolean {
  return (
    error instanceof TelegramFailure &&
    error.code === 'refused' &&
    /PHOTO_INVALID_DIMENSIONS|PHOTO_SAVE_FILE_INVALID|IMAGE_PROCESS_FAILED/.test(error.description)
  );
}

/**
 * The one path of everything that is sent. Sends to one chat go one after the other, so that a wait that Telegram asks
 * for holds back that chat's other messages too, and no other chat's.
 */
export class Delivery {
  readonly #client: TelegramClient;
  readonly #log: Log;
  /** A lane lives while something waits in it: there are never more than there are answers under way. */
  readonly #lanes = new Map<number, PQueue>();

  constructor(client: TelegramClient, log: Log) {
    this.#client = client;
    this.#log = log;
  }

  /**
   * Sends a text.
   *
   * @param html Telegram HTML.
   * @throws TelegramFailure
   */
  async text(place: Place, html: string, keyboard?: InlineKeyboardMarkup): Promise<Delivered> {
    const message = await this.#send('sendMessage', place, (chatId) => ({
      chat_id: chatId,
      text: html,
      parse_mode: 'HTML',
      reply_parameters: replyParameters(place.replyTo),
      link_preview_options: { is_disabled: true },
      ...thread(place.threadId),
      ...(keyboard !== undefined && { reply_markup: keyboard }),
    }));
    return delivered(message);
  }

  /**
   * Sends a picture: as a photo, and as a document where Telegram refuses it as a photo.
   *
   * @throws TelegramFailure
   */
  async picture(place: Place, { picture, caption }: Captioned): Promise<Delivered> {
    if (picture.kind === 'document') return this.#document(place, picture, caption);
    try {
      const message = await this.#send('sendPhoto', place, (chatId) => ({
        chat_id: chatId,
        photo: upload(picture),
        ...this.#captioned(place, caption),
      }));
      return delivered(message);
    } catch (error) {
      if (!isPhotoRefusal(error)) throw error;
      this.#log.info('photo refused for its dimensions, sent as a document');
      return this.#document(place, picture, caption);
    }
  }

  /**
   * Sends two to ten pictures as one album; where Telegram refuses them together, one by one.
   *
   * @throws TelegramFailure
   */
  async album(place: Place, pictures: readonly Captioned[]): Promise<Delivered[]> {
    try {
      const messages = await this.#send('sendMediaGroup', place, (chatId) => ({
        chat_id: chatId,
        media: pictures.map(({ picture, caption }): Extract<InputMedia, { type: 'photo' }> => ({
          type: 'photo',
          media: upload(picture),
          caption,
          parse_mode: 'HTML',
        })),
        reply_parameters: uploadReplyParameters(place.replyTo),
        ...thread(place.threadId),
      }));
      return messages.map(delivered);
    } catch (error) {
      if (!(error instanceof TelegramFailure && error.code === 'refused')) throw error;
      const sent: Delivered[] = [];
      for (const one of pictures) sent.push(await this.picture(place, one));
      return sent;
    }
  }

  /**
   * Changes a text sent before; that it says so already is no failure.
   *
   * @throws TelegramFailure
   */
  async editText(place: { chatId: number; messageId: number }, html: string): Promise<void> {
    const payload = { chat_id: place.chatId, message_id: place.messageId, text: html, parse_mode: 'HTML' } as const;
    await this.#client.call('editMessageText', payload).catch((error: unknown) => {
      const same = error instanceof TelegramFailure && error.description.includes('message is not modified');
      if (!same) throw error;
    });
  }

  /** Answers a pressed button; an answer that comes too late is nobody's loss. */
  answerButton(id: string, text?: string): void {
    this.#client.hint('answerCallbackQuery', { callback_query_id: id, ...(text !== undefined && { text }) });
  }

  /** Shows that something is being done until `work` ends, however it ends. */
  async busy<T>(place: Place, action: 'typing' | 'upload_photo', work: Promise<T>): Promise<T> {
    const show = (): void => {
      this.#client.hint('sendChatAction', { chat_id: place.chatId, action, ...thread(place.threadId) });
    };
    show();
    const timer = setInterval(show, CHAT_ACTION_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
    }
  }

  #captioned(place: Place, caption: string) {
    return {
      caption,
      parse_mode: 'HTML' as const,
      reply_parameters: uploadReplyParameters(place.replyTo),
      ...thread(place.threadId),
    };
  }

  async #document(place: Place, picture: Picture, caption: string): Promise<Delivered> {
    const message = await this.#send('sendDocument', place, (chatId) => ({
      chat_id: chatId,
      document: upload(picture),
      ...this.#captioned(place, caption),
    }));
    return delivered(message);
  }

  /** In the chat's turn; once more where the group has become a supergroup with a new number. */
  async #send<M extends Sending>(method: M, place: Place, payload: (chatId: number) => Opts<M>): Promise<ResultOf<M>> {
    return this.#inTurn(place.chatId, method, async () => {
      try {
        return await this.#client.call(method, payload(place.chatId));
      } catch (error) {
        if (!(error instanceof TelegramFailure && error.migratedTo !== undefined)) throw error;
        return this.#client.call(method, payload(error.migratedTo));
      }
    });
  }

  async #inTurn<T>(chatId: number, method: Method, send: () => Promise<T>): Promise<T> {
    const lane = this.#lanes.get(chatId) ?? this.#newLane(chatId);
    if (lane.size >= LANE_LIMIT) throw new TelegramFailure('unreached', method, 'too much is waiting for this chat');
    return lane.add(send);
  }

  #newLane(chatId: number): PQueue {
    const lane = new PQueue({ concurrency: 1 });
    lane.once('idle', () => this.#lanes.delete(chatId));
    this.#lanes.set(chatId, lane);
    return lane;
  }
}
