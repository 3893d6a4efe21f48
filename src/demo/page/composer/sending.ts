import type { ChatKey, ExampleView, Writing } from '../../protocol.js';
import { ask, sendFiles } from '../requests.js';
import type { Toasts } from '../shell/toasts.js';
import type { Draft, Drafts } from './drafts.js';

/** Sends what is written; what could not be sent is there again. */
export class Sending {
  readonly #drafts: Drafts;
  readonly #toasts: Toasts;

  constructor(drafts: Drafts, toasts: Toasts) {
    this.#drafts = drafts;
    this.#toasts = toasts;
  }

  /** Sends a chat's draft, or saves the message being edited. */
  async draft(chat: ChatKey): Promise<void> {
    const draft = this.#drafts.of(chat);
    const text = draft.text.trim();
    if (text === '' && draft.files.length === 0) return;
    const work = this.#work(chat, draft, text);
    if (work === null) return;
    this.#drafts.clear(chat);
    if (await this.#toasts.succeeds(work)) return;
    const since = this.#drafts.of(chat);
    if (since.text === '' && since.files.length === 0) this.#drafts.change(chat, { ...draft, from: since.from });
  }

  /** A command or another short text, as an answer to what the draft answers. */
  async text(chat: ChatKey, text: string): Promise<void> {
    const writing = this.#writing(chat, this.#drafts.of(chat));
    if (writing === null) return;
    this.#drafts.change(chat, { replyTo: null });
    await this.#toasts.succeeds(ask('/api/text', { ...writing, text }));
  }

  /** One of the demo's pictures, as an answer to what the draft answers. */
  async example(chat: ChatKey, { name }: ExampleView): Promise<void> {
    const writing = this.#writing(chat, this.#drafts.of(chat));
    if (writing === null) return;
    this.#drafts.change(chat, { replyTo: null });
    await this.#toasts.succeeds(ask('/api/example', { ...writing, name }));
  }

  #work(chat: ChatKey, draft: Draft, text: string): Promise<unknown> | null {
    if (draft.editing !== null) return ask('/api/edit', { chat, id: draft.editing, text });
    const writing = this.#writing(chat, draft);
    if (writing === null) return null;
    if (draft.files.length === 0) return ask('/api/text', { ...writing, text });
    return sendFiles({ writing, caption: text, as: draft.asFile ? 'file' : 'photo', files: draft.files });
  }

  #writing(chat: ChatKey, { replyTo }: Draft): Writing | null {
    const writer = this.#drafts.writer(chat);
    if (writer === undefined) return null;
    return { chat, from: writer.id, ...(replyTo === null ? {} : { replyTo }) };
  }
}
