import type { Answers, ChatKey, DemoState, MessageView, Refused, Requests, ToPage } from '../../src/demo/protocol.js';

/** Milliseconds after which something that should have happened is called missing. */
const WITHIN = 60_000;

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** A page without a window: what the server tells it, and what it asks. */
export class OpenPage {
  readonly address: string;
  readonly events: ToPage[] = [];
  readonly #stream: AbortController;
  readonly #waiting = new Set<() => void>();
  #state: DemoState | undefined;

  private constructor(address: string, stream: AbortController) {
    this.address = address;
    this.#stream = stream;
  }

  /** Connects, and waits for the first event. */
  static async open(address: string): Promise<OpenPage> {
    const stream = new AbortController();
    const page = new OpenPage(address, stream);
    const response = await fetch(`${address}/events`, { signal: stream.signal });
    if (response.body === null) throw new Error('There is no stream.');
    void page.#read(response.body);
    await page.until(() => page.#state !== undefined);
    return page;
  }

  /** What the server has told by now. */
  get state(): DemoState {
    if (this.#state === undefined) throw new Error('The server has told nothing.');
    return this.#state;
  }

  /** The messages of a chat as they are now. */
  messages(chat: ChatKey): readonly MessageView[] {
    return this.state[chat].messages;
  }

  person(name: string): number {
    const found = this.state.group.people.find((person) => person.name === name);
    if (found === undefined) throw new Error(`There is no ${name}.`);
    return found.id;
  }

  /** Resolves once this holds; looked at after every event. */
  async until(holds: () => boolean): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        const last = this.events.slice(-12).map((event) => JSON.stringify(event).slice(0, 300));
        reject(new Error(`Not told in time. The last events:\n${last.join('\n')}`));
      }, WITHIN);
      this.#waiting.add(look);
      look();
    });
  }

  /** The first message of a chat that fits, there or still to come. */
  async message(chat: ChatKey, fits: (message: MessageView) => boolean): Promise<MessageView> {
    await this.until(() => this.messages(chat).some(fits));
    const found = this.messages(chat).find(fits);
    if (found === undefined) throw new Error('It is gone again.');
    return found;
  }

  /** What the bot replies to a message first. */
  answerTo(chat: ChatKey, { id }: MessageView): Promise<MessageView> {
    return this.message(chat, ({ from, replyTo }) => from.bot && replyTo === id);
  }

  async post<Path extends keyof Requests>(
    path: Path,
    body: Requests[Path],
  ): Promise<Answer<Answers[Path] & Partial<Refused>>> {
    return this.ask(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  }

  /** Writes as somebody, and returns the message once it stands in the chat. */
  async write(name: string, chat: ChatKey, text: string, replyTo?: number): Promise<MessageView> {
    const last = this.#lastId(chat);
    const from = this.person(name);
    const { status } = await this.post('/api/text', { chat, from, text, ...(replyTo !== undefined && { replyTo }) });
    if (status !== 200) throw new Error(`Writing was answered with ${status}.`);
    return this.message(chat, (message) => message.id > last && message.from.id === from);
  }

  /** Sends files as somebody, and returns the first of their messages. */
  async send(
    name: string,
    chat: ChatKey,
    files: readonly Uint8Array[],
    fields: { as?: 'photo' | 'file'; caption?: string; fileName?: string; replyTo?: number } = {},
  ): Promise<MessageView> {
    const last = this.#lastId(chat);
    const { as = 'photo', caption, fileName = 'photo.jpg', replyTo } = fields;
    const form = new FormData();
    form.set('chat', chat);
    form.set('from', String(this.person(name)));
    form.set('as', as);
    if (caption !== undefined) form.set('caption', caption);
    if (replyTo !== undefined) form.set('replyTo', String(replyTo));
    for (const file of files) form.append('file', new Blob([new Uint8Array(file)]), fileName);
    const { status, body } = await this.ask('/api/files', { method: 'POST', body: form });
    if (status !== 200) throw new Error(`Sending was answered with ${status}: ${JSON.stringify(body)}`);
    return this.message(chat, (message) => message.id > last && !message.from.bot);
  }

  async ask<Body>(path: string, init: RequestInit = {}): Promise<Answer<Body>> {
    const response = await fetch(`${this.address}${path}`, init);
    return { status: response.status, body: (await response.json()) as Body };
  }

  close(): void {
    this.#stream.abort();
  }

  #lastId(chat: ChatKey): number {
    return this.messages(chat).at(-1)?.id ?? 0;
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) this.#take(part);
      }
    } catch {
      // The test is over, or the demo is.
    }
  }

  #take(part: string): void {
    const data = part.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice('data: '.length)] : []));
    if (data.length === 0) return;
    const told = JSON.parse(data.join('\n')) as ToPage;
    this.events.push(told);
    this.#state = { ...this.#state, ...told } as DemoState;
    for (const look of [...this.#waiting]) look();
  }
}
