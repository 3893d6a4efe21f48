import { CHAT_KEYS } from './cast.js';
import type { Cast } from './cast.js';
import type { Message } from 'local-telegram';
import type {
  BotState,
  ChatKey,
  ExampleView,
  FaultsView,
  Hello,
  LogLineView,
  MessageView,
  ToPage,
} from './protocol.js';
import { CallView } from './view/calls.js';
import { messageView } from './view/messages.js';
import type { FileAddress } from './view/messages.js';
import { groupView, peopleView } from './view/people.js';

/** Messages of one chat that pages are told of; earlier ones are scrolled past. */
const MAX_MESSAGES = 200;

const MAX_LOG_LINES = 200;

export interface FeedSources {
  readonly cast: Cast;
  readonly state: () => BotState;
  readonly faults: () => FaultsView;
  readonly examples: readonly ExampleView[];
  readonly addressOf: FileAddress;
}

type Listener = (told: ToPage) => void;

/** Tells every open page what there is and what changes. */
export class Feed {
  readonly #sources: FeedSources;
  readonly #listeners = new Set<Listener>();
  readonly #calls: CallView;
  /** The messages that pages know, by chat: a changed one is another object. */
  #messages = new Map<ChatKey, ReadonlyMap<number, Message>>();
  /** What else pages know, as it was told, by kind. */
  readonly #told = new Map<string, string>();
  readonly #log: LogLineView[] = [];
  readonly #unsubscribe: () => void;
  #due = false;

  constructor(sources: FeedSources) {
    this.#sources = sources;
    this.#calls = new CallView(sources.cast);
    this.#unsubscribe = sources.cast.telegram.subscribe(() => {
      this.changed();
    });
    this.#flush();
  }

  /** Everything as of now, and from here on what changes, until the returned function is called. */
  subscribe(listener: Listener): { readonly hello: Hello; readonly end: () => void } {
    this.#flush();
    this.#listeners.add(listener);
    return { hello: this.#hello(), end: () => this.#listeners.delete(listener) };
  }

  /** Something may be different: looked at once for all that happens in the same moment, such as an album's messages. */
  changed(): void {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#flush();
    });
  }

  logged(line: LogLineView): void {
    this.#log.push(line);
    if (this.#log.length > MAX_LOG_LINES) this.#log.shift();
    this.#tell({ kind: 'log', line });
  }

  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
  }

  #hello(): Hello {
    const { cast, state, faults, examples } = this.#sources;
    const messages = CHAT_KEYS.flatMap((key) =>
      [...this.#lastOf(key).values()].flatMap((each) => this.#view(key, each)),
    );
    return {
      kind: 'hello',
      ...peopleView(cast),
      state: state(),
      group: groupView(cast),
      faults: faults(),
      examples,
      messages,
      log: [...this.#log],
    };
  }

  #flush(): void {
    this.#due = false;
    const { cast, state, faults } = this.#sources;
    for (const key of CHAT_KEYS) this.#tellMessages(key);
    for (const told of this.#calls.news()) this.#tell(told);
    this.#tellChange({ kind: 'people', ...peopleView(cast) });
    this.#tellChange({ kind: 'group', group: groupView(cast) });
    this.#tellChange({ kind: 'state', state: state() });
    this.#tellChange({ kind: 'faults', faults: faults() });
  }

  #tellMessages(key: ChatKey): void {
    const before = this.#messages.get(key) ?? new Map<number, Message>();
    const now = this.#lastOf(key);
    this.#messages.set(key, now);
    for (const [id, message] of now) {
      if (before.get(id) === message) continue;
      for (const view of this.#view(key, message)) this.#tell({ kind: 'message', message: view });
    }
    const { chat } = this.#sources.cast.room(key);
    for (const id of before.keys()) {
      const gone = !now.has(id) && this.#sources.cast.telegram.messageOf(chat, id) === undefined;
      if (gone) this.#tell({ kind: 'deleted', chat: key, id });
    }
  }

  #lastOf(key: ChatKey): ReadonlyMap<number, Message> {
    const { cast } = this.#sources;
    const all = cast.telegram.messagesOf(cast.room(key).chat).filter((message) => cast.keyOf(message) === key);
    return new Map(all.slice(-MAX_MESSAGES).map((message) => [message.message_id, message]));
  }

  #view(key: ChatKey, message: Message): MessageView[] {
    const { cast, addressOf } = this.#sources;
    const view = messageView(cast, key, message, addressOf);
    return view === null ? [] : [view];
  }

  #tellChange(told: ToPage): void {
    const text = JSON.stringify(told);
    if (this.#told.get(told.kind) === text) return;
    this.#told.set(told.kind, text);
    this.#tell(told);
  }

  #tell(told: ToPage): void {
    for (const listener of this.#listeners) listener(told);
  }
}
