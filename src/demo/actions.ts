import type { Cast } from './cast.js';
import { RefusedError } from './errors.js';
import type { GroupView, Requests, Writing } from './protocol.js';
import { sendFiles } from './sending-files.js';
import type { FilesToSend, Place } from './sending-files.js';

/** What a person does at the page, done by them in the demo's Telegram. */
export class Actions {
  readonly #cast: Cast;

  constructor(cast: Cast) {
    this.#cast = cast;
  }

  /** @throws RefusedError `unknown`; LocalTelegramError `not-a-member` */
  text({ text, ...writing }: Requests['/api/text']): void {
    const { from, chat, options } = this.#place(writing);
    this.#cast.telegram.sendText(from, chat, text, options);
  }

  /**
   * Photos and files; what is no picture goes as a file.
   *
   * @throws RefusedError `unknown`; LocalTelegramError `not-a-member`
   */
  async files(writing: Writing, sent: FilesToSend): Promise<void> {
    await sendFiles(this.#cast.telegram, this.#place(writing), sent);
  }

  /** @throws RefusedError `unknown` where there is no such message or button; LocalTelegramError `not-a-member` */
  press({ chat, from, id, data }: Requests['/api/press']): string {
    const message = this.#cast.message(chat, id);
    const buttons = message.reply_markup?.inline_keyboard.flat() ?? [];
    if (!buttons.some((button) => button.callback_data === data)) {
      throw new RefusedError('unknown', 'There is no such button.');
    }
    return this.#cast.telegram.pressButton(this.#cast.person(from), message, data);
  }

  group({ privacy, botIsAdmin }: Partial<GroupView>): void {
    const { telegram } = this.#cast;
    const { chat } = this.#cast.room('group');
    if (privacy !== undefined) telegram.setPrivacy(privacy);
    if (botIsAdmin === undefined || botIsAdmin === telegram.isAdmin(chat, telegram.bot)) return;
    telegram.setRole(chat, telegram.bot, botIsAdmin ? 'administrator' : 'member');
  }

  #place({ chat: key, from, replyTo }: Writing): Place {
    const { chat, topic } = this.#cast.room(key);
    return {
      from: this.#cast.person(from),
      chat,
      options: {
        ...(topic !== undefined && { topic }),
        ...(replyTo !== undefined && { replyTo: this.#cast.message(key, replyTo) }),
      },
    };
  }
}
