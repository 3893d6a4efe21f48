import type {
  BotState,
  ChatKey,
  ChatView,
  ExampleView,
  FaultsView,
  GroupView,
  Hello,
  LogLineView,
  Menus,
  MessageView,
  PersonView,
  ToPage,
} from '../protocol.js';
import { Emitter } from './dom/emitter.js';

/** Messages kept a chat: as many as one scrolls back through, few enough that the page stays quick. */
const MESSAGES = 200;

const LOG_LINES = 200;

type Told<Kind extends ToPage['kind']> = Extract<ToPage, { kind: Kind }>;

export interface StoreEvents {
  /** Everything is new. */
  hello: Hello;
  message: { readonly message: MessageView; readonly isNew: boolean };
  deleted: Told<'deleted'>;
  action: Told<'action'>;
  pressed: Told<'pressed'>;
  state: BotState;
  people: Told<'people'>;
  group: GroupView;
  faults: FaultsView;
  log: LogLineView;
  /** Whether the server is there. */
  connection: boolean;
}

/** What the server has told so far, and news of it. */
export class Store extends Emitter<StoreEvents> {
  /** Null until the first `hello`. */
  #hello: Hello | null = null;
  #messages: Record<ChatKey, MessageView[]> = { private: [], group: [], topic: [] };
  #log: LogLineView[] = [];
  #connected = false;

  get ready(): boolean {
    return this.#hello !== null;
  }

  get connected(): boolean {
    return this.#connected;
  }

  get bot(): Hello['bot'] {
    return this.#hello?.bot ?? { name: 'Sorot', username: 'sorot_bot', description: '' };
  }

  get botState(): BotState {
    return this.#hello?.state ?? { state: 'starting' };
  }

  get chats(): readonly ChatView[] {
    return this.#hello?.chats ?? [];
  }

  get menus(): Menus {
    return this.#hello?.menus ?? { private: [], group: [], topic: [] };
  }

  get group(): GroupView {
    return this.#hello?.group ?? { privacy: true, botIsAdmin: false };
  }

  get faults(): FaultsView {
    return this.#hello?.faults ?? { active: null, met: 0, unavailable: [] };
  }

  get examples(): readonly ExampleView[] {
    return this.#hello?.examples ?? [];
  }

  get log(): readonly LogLineView[] {
    return this.#log;
  }

  /** The person at this screen: the one of the private chat. */
  get self(): PersonView | undefined {
    return this.chat('private')?.people[0];
  }

  chat(key: ChatKey): ChatView | undefined {
    return this.chats.find((chat) => chat.key === key);
  }

  /** Oldest first. */
  messages(chat: ChatKey): readonly MessageView[] {
    return this.#messages[chat];
  }

  message(chat: ChatKey, id: number): MessageView | undefined {
    return this.#messages[chat].find((message) => message.id === id);
  }

  /** Whether the person at this screen wrote it; the others of the group stand on the other side. */
  isOwn(message: MessageView): boolean {
    return message.service === undefined && message.from.id === this.self?.id;
  }

  setConnected(connected: boolean): void {
    if (connected === this.#connected) return;
    this.#connected = connected;
    this.emit('connection', connected);
  }

  /** Takes in what the server said. */
  apply(told: ToPage): void {
    if (told.kind === 'hello') {
      this.#begin(told);
      return;
    }
    if (this.#hello === null) return;
    switch (told.kind) {
      case 'message':
        this.#addMessage(told.message);
        return;
      case 'deleted':
        this.#messages[told.chat] = this.#messages[told.chat].filter(({ id }) => id !== told.id);
        this.emit('deleted', told);
        return;
      case 'action':
        this.emit('action', told);
        return;
      case 'pressed':
        this.emit('pressed', told);
        return;
      case 'state':
        this.#hello = { ...this.#hello, state: told.state };
        this.emit('state', told.state);
        return;
      case 'people':
        this.#hello = { ...this.#hello, chats: told.chats, menus: told.menus, bot: told.bot };
        this.emit('people', told);
        return;
      case 'group':
        this.#hello = { ...this.#hello, group: told.group };
        this.emit('group', told.group);
        return;
      case 'faults':
        this.#hello = { ...this.#hello, faults: told.faults };
        this.emit('faults', told.faults);
        return;
      case 'log':
        this.#log = [...this.#log, told.line].slice(-LOG_LINES);
        this.emit('log', told.line);
        return;
    }
  }

  #begin(hello: Hello): void {
    this.#hello = hello;
    this.#messages = { private: [], group: [], topic: [] };
    for (const message of hello.messages) this.#messages[message.chat].push(message);
    for (const list of Object.values(this.#messages)) {
      list.sort((one, other) => one.id - other.id);
      list.splice(0, list.length - MESSAGES);
    }
    this.#log = hello.log.slice(-LOG_LINES);
    this.emit('hello', hello);
  }

  #addMessage(message: MessageView): void {
    const list = this.#messages[message.chat];
    const at = list.findIndex(({ id }) => id === message.id);
    const isNew = at === -1;
    const changed = isNew ? [...list, message] : list.with(at, message);
    this.#messages[message.chat] = changed.slice(-MESSAGES);
    this.emit('message', { message, isNew });
  }
}
