import PQueue from 'p-queue';
import type { InlineKeyboardMarkup, Message } from 'telegraf/types';
import type { Log } from '../../log.js';
import type { Metrics } from '../../metrics.js';
import { ChatActions } from './chat-actions.js';
import type { ChatAction } from './chat-actions.js';
import { TelegramFailure } from './client.js';
import type { TelegramClient } from './client.js';
import type { Method, Opts, ResultOf } from './newer-types.js';
import { PRIORITY, SendPace } from './send-pace.js';
import type { Limiters, Urgency } from './send-pace.js';
import { albumPayload, documentPayload, editPayload, guestPayload, photoPayload, textPayload } from './payload.js';
import type { Captioned, SentMessage, SentPicture, Target } from './payload.js';

/** Sends waiting for one chat: more than its people can have asked for at once. */
const LANE_LIMIT = 200;

/** Where an answer goes: a chat, the topic within it, and the message it answers. */
export interface Place extends Target {
  readonly replyTo: number;
}

export interface Delivered {
  readonly messageId: number;
  /** Null where Telegram's answer does not name the file. */
  readonly picture: SentPicture | null;
}

/** Whose turn it is: a chat's, for so many messages; one where nothing is said. */
interface Turn {
  readonly chatId: number;
  readonly urgency: Urgency;
  readonly messages?: number;
}

interface Send extends Omit<Turn, 'chatId'> {
  readonly place: Place;
}

type Sending = 'sendMessage' | 'sendPhoto' | 'sendDocument' | 'sendMediaGroup';
type Editing = 'editMessageText' | 'editMessageReplyMarkup' | 'editMessageMedia';

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
 * The one path of everything that is sent, no faster than Telegram takes it. Sends to one chat go one after the other,
 * so that a wait that Telegram asks for holds back that chat's other messages too, and no other chat's.
 */
export class Delivery {
  readonly #client: TelegramClient;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #actions: ChatActions;
  readonly #pace: SendPace;
  /** A lane lives while something waits in it: there are never more than there are answers under way. */
  readonly #lanes = new Map<number, PQueue>();

  constructor(client: TelegramClient, limiters: Limiters, log: Log, metrics: Metrics) {
    this.#client = client;
    this.#log = log;
    this.#metrics = metrics;
    this.#pace = new SendPace(limiters);
    this.#actions = new ChatActions(client);
  }

  /**
   * Sends a text.
   *
   * @param html Telegram HTML.
   * @throws TelegramFailure
   */
  async text(place: Place, html: string, keyboard?: InlineKeyboardMarkup): Promise<Delivered> {
    const payload = (target: Target): Opts<'sendMessage'> => textPayload(target, html, keyboard);
    return delivered(await this.#send('sendMessage', { place, urgency: 'answer' }, payload));
  }

  /**
   * Sends a picture: as a photo, and as a document where Telegram refuses it as a photo.
   *
   * @throws TelegramFailure
   */
  async picture(place: Place, captioned: Captioned): Promise<Delivered> {
    if (captioned.picture.kind === 'document') return this.#document(place, captioned);
    try {
      const payload = (target: Target): Opts<'sendPhoto'> => photoPayload(target, captioned);
      return delivered(await this.#send('sendPhoto', { place, urgency: 'follow-up' }, payload));
    } catch (error) {
      if (!isPhotoRefusal(error)) throw error;
      this.#log.info('photo refused for its dimensions, sent as a document');
      return this.#document(place, captioned);
    }
  }

  /**
   * Sends two to ten photos as one album.
   *
   * @throws TelegramFailure
   */
  async album(place: Place, photos: readonly Captioned[]): Promise<Delivered[]> {
    const sending = { place, urgency: 'follow-up', messages: photos.length } as const;
    const sent = await this.#send('sendMediaGroup', sending, (target) => albumPayload(target, photos));
    return sent.map(delivered);
  }

  /**
   * Answers a guest query, in no chat's turn: the bot is not in its chat, whose number may be another's.
   *
   * @param html Telegram HTML.
   * @throws TelegramFailure
   */
  async guest(query: string, html: string): Promise<void> {
    const started = performance.now();
    await this.#paced({ chatId: null, urgency: 'answer' }, 'answerGuestQuery');
    await this.#client.call('answerGuestQuery', guestPayload(query, html));
    this.#metrics.seconds('send', (performance.now() - started) / 1000);
  }

  /**
   * Changes a text sent before; that it says so already is no failure.
   *
   * @throws TelegramFailure
   */
  async editText(
    place: { chatId: number; messageId: number },
    html: string,
    keyboard: InlineKeyboardMarkup,
  ): Promise<void> {
    const message = { chat_id: place.chatId, message_id: place.messageId, reply_markup: keyboard };
    const payload = { ...message, text: html, parse_mode: 'HTML' } as const;
    await this.#edit('editMessageText', place.chatId, payload);
  }

  /**
   * Puts other buttons under a message sent before.
   *
   * @throws TelegramFailure
   */
  async editButtons(place: { chatId: number; messageId: number }, keyboard: InlineKeyboardMarkup): Promise<void> {
    const payload = { chat_id: place.chatId, message_id: place.messageId, reply_markup: keyboard };
    await this.#edit('editMessageReplyMarkup', place.chatId, payload);
  }

  /**
   * Puts another picture in the place of one sent before.
   *
   * @throws TelegramFailure
   */
  async editPicture(message: SentMessage, captioned: Captioned): Promise<Delivered> {
    const edited = await this.#edit('editMessageMedia', message.chatId, editPayload(message, captioned));
    if (typeof edited === 'object') return delivered(edited);
    // What is so already was sent by its file id.
    const { picture } = captioned;
    return { messageId: message.messageId, picture: picture.kind === 'jpeg' ? null : picture };
  }

  /**
   * Answers a pressed button; an answer that comes too late is nobody's loss.
   *
   * @param alert whether the text stays until it is closed.
   */
  answerButton(id: string, text?: string, alert = false): void {
    const shown = text === undefined ? {} : { text, ...(alert && { show_alert: true }) };
    this.#client.hint('answerCallbackQuery', { callback_query_id: id, ...shown });
  }

  /** Shows that something is being done until `work` ends, however it ends. */
  busy<T>(place: Place, action: ChatAction, work: Promise<T>): Promise<T> {
    return this.#actions.during(place, action, work);
  }

  /** In the chat's turn; undefined where the message is so already. */
  async #edit<M extends Editing>(method: M, chatId: number, payload: Opts<M>): Promise<ResultOf<M> | undefined> {
    try {
      return await this.#inTurn({ chatId, urgency: 'answer' }, method, () => this.#client.call(method, payload));
    } catch (error) {
      const same = error instanceof TelegramFailure && error.description.includes('message is not modified');
      if (!same) throw error;
      return undefined;
    }
  }

  async #document(place: Place, captioned: Captioned): Promise<Delivered> {
    const payload = (target: Target): Opts<'sendDocument'> => documentPayload(target, captioned);
    return delivered(await this.#send('sendDocument', { place, urgency: 'follow-up' }, payload));
  }

  /** In the chat's turn; once more where the group has become a supergroup with a new number. */
  async #send<M extends Sending>(method: M, sending: Send, payload: (target: Target) => Opts<M>): Promise<ResultOf<M>> {
    const { place, ...turn } = sending;
    const started = performance.now();
    const result = await this.#inTurn({ ...turn, chatId: place.chatId }, method, async () => {
      try {
        return await this.#client.call(method, payload(place));
      } catch (error) {
        if (!(error instanceof TelegramFailure && error.migratedTo !== undefined)) throw error;
        // There the messages have other numbers: a reply would be one to some other message.
        return this.#client.call(method, payload({ chatId: error.migratedTo, threadId: undefined, replyTo: null }));
      }
    });
    this.#metrics.seconds('send', (performance.now() - started) / 1000);
    return result;
  }

  async #inTurn<T>(turn: Turn, method: Method, send: () => Promise<T>): Promise<T> {
    const { chatId, urgency } = turn;
    const lane = this.#lanes.get(chatId) ?? this.#newLane(chatId);
    if (lane.size >= LANE_LIMIT) throw new TelegramFailure('unreached', method, 'too much is waiting for this chat');
    const inTurn = async (): Promise<T> => {
      await this.#paced(turn, method);
      return send();
    };
    return lane.add(inTurn, { priority: PRIORITY[urgency] });
  }

  /** Resolves when Telegram takes it. */
  async #paced(turn: Omit<Turn, 'chatId'> & { readonly chatId: number | null }, method: Method): Promise<void> {
    const { chatId, urgency, messages = 1 } = turn;
    await this.#pace.turn(chatId, messages, urgency, this.#client.stopped).catch((cause: unknown) => {
      throw new TelegramFailure('unreached', method, `it was not its turn yet (${String(cause)})`);
    });
  }

  #newLane(chatId: number): PQueue {
    const lane = new PQueue({ concurrency: 1 });
    lane.once('idle', () => this.#lanes.delete(chatId));
    this.#lanes.set(chatId, lane);
    return lane;
  }
}
