import type { ApiCall } from 'local-telegram';
import type { Cast } from '../cast.js';
import type { ToPage } from '../protocol.js';

/** Calls that are not answered yet; the oldest are forgotten. The bot has a few under way. */
const MAX_OPEN = 100;

const ACTIONS = ['typing', 'upload_photo', 'upload_document'] as const;

/** What the bot does that leaves no message: it shows that it works, and it answers buttons. */
export class CallView {
  readonly #cast: Cast;
  #last: ApiCall | undefined;
  #open: ApiCall[] = [];

  constructor(cast: Cast) {
    this.#cast = cast;
    this.#last = cast.telegram.calls.at(-1);
  }

  /** What was done since the last time, once Telegram has taken it. */
  news(): ToPage[] {
    const { calls } = this.#cast.telegram;
    // The log of calls drops its oldest, so that places in it change.
    const seen = this.#last === undefined ? -1 : calls.lastIndexOf(this.#last);
    this.#last = calls.at(-1);
    const fresh = calls
      .slice(seen + 1)
      .filter(({ method }) => method === 'sendChatAction' || method === 'answerCallbackQuery');
    const all = [...this.#open, ...fresh];
    this.#open = all.filter(({ status }) => status === 0).slice(-MAX_OPEN);
    return all.flatMap((call) => (call.status === 200 ? this.#told(call) : []));
  }

  #told({ method, payload }: ApiCall): ToPage[] {
    if (method === 'answerCallbackQuery') {
      const text = payload['text'];
      const query = String(payload['callback_query_id']);
      const said = typeof text === 'string' && text !== '' ? { text } : {};
      return [{ kind: 'pressed', query, ...said, alert: payload['show_alert'] === true }];
    }
    const chat = this.#cast.keyAt(payload['chat_id'], payload['message_thread_id']);
    const action = ACTIONS.find((known) => known === payload['action']);
    return chat === null || action === undefined ? [] : [{ kind: 'action', chat, action }];
  }
}
