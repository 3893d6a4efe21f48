import type { ApiCall } from 'local-telegram';
import type { Cast } from '../cast.js';
import type { ChatKey, Doing, PressAnswer } from '../protocol.js';

/** Calls that are not answered yet; the oldest are forgotten. The bot has a few under way. */
const MAX_OPEN = 100;

/** Answers that are told: a person presses one button after the other. */
const MAX_ANSWERS = 20;

/** Milliseconds for which Telegram shows what a bot does. */
const DOING_MS = 5000;

const ACTIONS = ['typing', 'upload_photo'] as const satisfies readonly Doing[];

interface Begun {
  readonly action: Doing;
  /** The last message there was then. */
  readonly after: number;
  readonly over: NodeJS.Timeout;
}

/** What the bot does that leaves no message: it shows that it works, and it answers buttons. */
export class CallView {
  readonly #cast: Cast;
  readonly #changed: () => void;
  readonly #begun = new Map<ChatKey, Begun>();
  #last: ApiCall | undefined;
  #open: ApiCall[] = [];
  #answers: readonly PressAnswer[] = [];

  /** @param changed called when something passes without a call */
  constructor(cast: Cast, changed: () => void) {
    this.#cast = cast;
    this.#changed = changed;
    this.#last = cast.telegram.calls.at(-1);
  }

  get answers(): readonly PressAnswer[] {
    return this.#answers;
  }

  doingIn(chat: ChatKey): Doing | null {
    const begun = this.#begun.get(chat);
    if (begun === undefined) return null;
    const answered = this.#cast
      .messagesIn(chat)
      .some(({ message_id: id, from }) => id > begun.after && from?.is_bot === true);
    return answered ? null : begun.action;
  }

  /** Takes in what was called since the last time, once Telegram has answered it. */
  look(): void {
    const { calls } = this.#cast.telegram;
    // The log of calls drops its oldest, so that places in it change.
    const seen = this.#last === undefined ? -1 : calls.lastIndexOf(this.#last);
    this.#last = calls.at(-1);
    const fresh = calls
      .slice(seen + 1)
      .filter(({ method }) => method === 'sendChatAction' || method === 'answerCallbackQuery');
    const all = [...this.#open, ...fresh];
    this.#open = all.filter(({ status }) => status === 0).slice(-MAX_OPEN);
    for (const call of all) if (call.status === 200) this.#take(call);
  }

  #take({ method, payload }: ApiCall): void {
    if (method === 'answerCallbackQuery') {
      const { callback_query_id: query, text } = payload;
      const answer = { query: String(query), ...(typeof text === 'string' && text !== '' && { text }) };
      this.#answers = [...this.#answers, answer].slice(-MAX_ANSWERS);
      return;
    }
    const chat = this.#cast.keyAt(payload['chat_id'], payload['message_thread_id']);
    const action = ACTIONS.find((known) => known === payload['action']);
    if (chat === null || action === undefined) return;
    clearTimeout(this.#begun.get(chat)?.over);
    const over = setTimeout(() => {
      this.#begun.delete(chat);
      this.#changed();
    }, DOING_MS).unref();
    this.#begun.set(chat, { action, after: this.#cast.messagesIn(chat).at(-1)?.message_id ?? 0, over });
  }
}
