import type { Message } from 'local-telegram';
import type { Cast } from './cast.js';
import type {
  BotState,
  ChatKey,
  ChatView,
  DemoState,
  FaultsView,
  LogLineView,
  MessageView,
  ToPage,
} from './protocol.js';
import { CallView } from './view/calls.js';
import { messageView } from './view/messages.js';
import type { FileAddress } from './view/messages.js';
import { botView, groupView, menuIn, personView } from './view/people.js';

/** Messages of one chat that pages are told of; earlier ones are scrolled past. */
const MAX_MESSAGES = 100;

const MAX_LOG_LINES = 200;

/** Milliseconds within which changes are told together: a photo is a dozen calls and lines of the log. */
const TOGETHER_MS = 10;

export interface FeedSources {
  readonly cast: Cast;
  readonly state: () => BotState;
  readonly faults: () => FaultsView;
  readonly examples: DemoState['examples'];
  readonly addressOf: FileAddress;
  readonly run: string;
}

type Listener = (told: ToPage) => void;

/** Tells every open page what there is and what changes. */
export class Feed {
  readonly #sources: FeedSources;
  readonly #listeners = new Set<Listener>();
  readonly #calls: CallView;
  /** A changed message is another object. */
  readonly #views = new WeakMap<Message, MessageView>();
  /** What pages know, as it was told. */
  readonly #told = new Map<string, string>();
  readonly #log: LogLineView[] = [];
  readonly #unsubscribe: () => void;
  #due: NodeJS.Timeout | undefined;

  constructor(sources: FeedSources) {
    this.#sources = sources;
    const changed = (): void => {
      this.changed();
    };
    this.#calls = new CallView(sources.cast, changed);
    this.#unsubscribe = sources.cast.telegram.subscribe(changed);
  }

  /** Tells everything as of now, and from here on what changes, until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.#flush();
    this.#listeners.add(listener);
    listener(this.#state());
    return () => this.#listeners.delete(listener);
  }

  /** Something may be different. */
  changed(): void {
    this.#due ??= setTimeout(() => {
      this.#flush();
    }, TOGETHER_MS);
  }

  logged(line: LogLineView): void {
    this.#log.push(line);
    if (this.#log.length > MAX_LOG_LINES) this.#log.shift();
    this.changed();
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#due);
    this.#listeners.clear();
  }

  #flush(): void {
    clearTimeout(this.#due);
    this.#due = undefined;
    const fresh = Object.entries(this.#state()).filter(([part, value]) => {
      const text = JSON.stringify(value);
      if (this.#told.get(part) === text) return false;
      this.#told.set(part, text);
      return true;
    });
    if (fresh.length === 0) return;
    for (const listener of this.#listeners) listener(Object.fromEntries(fresh));
  }

  #state(): DemoState {
    const { cast, state, faults, examples, run } = this.#sources;
    this.#calls.look();
    return {
      run,
      bot: botView(cast),
      botState: state(),
      groupSettings: groupView(cast),
      faults: faults(),
      examples,
      answers: this.#calls.answers,
      private: this.#chat('private'),
      group: this.#chat('group'),
      topic: this.#chat('topic'),
      log: [...this.#log],
    };
  }

  #chat(key: ChatKey): ChatView {
    const { cast } = this.#sources;
    const all = cast.messagesIn(key).slice(-MAX_MESSAGES);
    return {
      title: cast.titleOf(key),
      people: cast.peopleIn(key).map(personView),
      menu: menuIn(cast, key),
      messages: all.map((message) => this.#view(message)),
      doing: this.#calls.doingIn(key),
    };
  }

  #view(message: Message): MessageView {
    const { cast, addressOf } = this.#sources;
    const view = this.#views.get(message) ?? messageView(cast, message, addressOf);
    this.#views.set(message, view);
    return view;
  }
}
