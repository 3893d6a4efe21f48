import type { TelegramClient } from './client.js';
import type { Target } from './payload.js';

/** What is done sooner, in milliseconds, nobody needs to be told of: a flash of "typing", and a call for each of them. */
const SHOWN_AFTER_MS = 700;

/** A chat action shows for five seconds; renewed a little earlier it does not blink. */
const RENEW_EVERY_MS = 4500;

export type ChatAction = 'typing' | 'upload_photo';

type ActionPlace = Pick<Target, 'chatId' | 'threadId'>;

interface Shown {
  timer: NodeJS.Timeout;
  works: number;
}

/** What is shown as being done, where that takes a while. Work on twenty photos of one chat shows it once: Telegram counts these calls too. */
export class ChatActions {
  readonly #client: TelegramClient;
  /** Never more than there are answers under way. */
  readonly #shown = new Map<string, Shown>();

  constructor(client: TelegramClient) {
    this.#client = client;
  }

  /** Shows an action, once it has taken a moment, until `work` ends, however it ends. */
  async during<T>(place: ActionPlace, action: ChatAction, work: Promise<T>): Promise<T> {
    const key = `${place.chatId} ${place.threadId ?? ''} ${action}`;
    const shown = this.#shown.get(key) ?? this.#show(key, place, action);
    shown.works += 1;
    try {
      return await work;
    } finally {
      shown.works -= 1;
      if (shown.works === 0) {
        clearTimeout(shown.timer);
        this.#shown.delete(key);
      }
    }
  }

  #show(key: string, { chatId, threadId }: ActionPlace, action: ChatAction): Shown {
    const call = (): void => {
      const thread = threadId === undefined ? {} : { message_thread_id: threadId };
      this.#client.hint('sendChatAction', { chat_id: chatId, action, ...thread });
      shown.timer = setTimeout(call, RENEW_EVERY_MS);
    };
    const shown: Shown = { timer: setTimeout(call, SHOWN_AFTER_MS), works: 0 };
    this.#shown.set(key, shown);
    return shown;
  }
}
