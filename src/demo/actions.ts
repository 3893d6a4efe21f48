import type { Message, SendOptions, User } from 'local-telegram';
import { LocalTelegramError } from 'local-telegram';
import type { Cast } from './cast.js';
import { RefusedError } from './errors.js';
import type { GroupView, Requests, Writing } from './protocol.js';
import { sendFiles } from './sending-files.js';
import type { FilesToSend } from './sending-files.js';

/** What a person does at the page, done by them in the demo's Telegram. */
export class Actions {
  readonly #cast: Cast;

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  /** @throws RefusedError `unknown` or `not-a-member` */
  text({ text, ...writing }: Requests['/api/text']): void {
    asMember(() => {
      const { from, options } = this.#place(writing);
      this.#cast.telegram.sendText(from, this.#cast.room(writing.chat).chat, text, options);
    });
  }

  /**
   * Photos and files; what is no picture goes as a file.
   *
   * @throws RefusedError `unknown` or `not-a-member`
   */
  async files(writing: Writing, sent: FilesToSend): Promise<void> {
    const { from, options } = this.#place(writing);
    const { chat } = this.#cast.room(writing.chat);
    await asMember(() => sendFiles(this.#cast.telegram, { from, chat, options }, sent));
  }

  /** @throws RefusedError `unknown` where there is no such message or button, or `not-a-member` */
  press({ chat, from, id, data }: Requests['/api/press']): string {
    const message = this.#cast.message(chat, id);
    const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
    if (!buttons.some((button) => button.callback_data === data)) {
      throw new RefusedError('unknown', 'There is no such button.');
    }
    return asMember(() => this.#cast.telegram.pressButton(this.#cast.person(from), message, data));
  }

  /** @throws RefusedError `unknown` for messages that are no person's */
  edit({ chat, id, text }: Requests['/api/edit']): void {
    this.#cast.telegram.editText(this.#ownMessage(chat, id), text);
  }

  /** @throws RefusedError `unknown` for messages that are no person's */
  delete({ chat, id }: Requests['/api/delete']): void {
    this.#cast.telegram.deleteMessage(this.#ownMessage(chat, id));
  }

  /** @throws RefusedError `unknown` */
  language({ person, language }: Requests['/api/language']): void {
    this.#cast.setLanguage(person, language);
  }

  group({ privacy, botIsAdmin }: Partial<GroupView>): void {
    const { telegram } = this.#cast;
    const { chat } = this.#cast.room('group');
    if (privacy !== undefined) telegram.setPrivacy(privacy);
    if (botIsAdmin === undefined || botIsAdmin === telegram.isAdmin(chat, telegram.bot)) return;
    if (botIsAdmin) telegram.promote(chat, telegram.bot);
    else telegram.demote(chat, telegram.bot);
  }

  #place({ chat, from, replyTo }: Writing): { from: User; options: SendOptions } {
    const { topic } = this.#cast.room(chat);
    return {
      from: this.#cast.person(from),
      options: {
        ...(topic !== undefined && { topic }),
        ...(replyTo !== undefined && { replyTo: this.#cast.message(chat, replyTo) }),
      },
    };
  }

  #ownMessage(chat: Writing['chat'], id: number): Message {
    const message = this.#cast.message(chat, id);
    const editable = message.from?.is_bot === false && message.new_chat_members === undefined;
    if (!editable) throw new RefusedError('unknown', 'It is no message of a person.');
    return message;
  }
}

/** Telegram's refusals as the page knows them. */
function asMember<T>(act: () => T): T {
  try {
    const done = act();
    return done instanceof Promise ? (done.catch(refuse) as T) : done;
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  if (error instanceof LocalTelegramError && error.code === 'not-a-member') {
    throw new RefusedError('not-a-member', error.message, { cause: error });
  }
  throw error;
}
