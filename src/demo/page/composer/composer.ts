import type { MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { OpenChat } from '../shell/open-chat.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';
import type { Attachments } from './attachments.js';
import { CommandMenu } from './command-menu.js';
import type { Drafts } from './drafts.js';
import { createExamplePicker } from './examples.js';
import type { Sending } from './sending.js';
import { createWriters } from './writers.js';
import { createWritingBar } from './writing-bar.js';

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly open: OpenChat;
  readonly drafts: Drafts;
  readonly sending: Sending;
  readonly attachments: Attachments;
}

/** Characters of a message; Telegram refuses more. */
const MAX_TEXT = 4096;

/** Where messages are written. */
export class Composer {
  readonly node: HTMLElement;
  readonly #parts: Parts;
  readonly #field: HTMLTextAreaElement;
  readonly #send: HTMLButtonElement;
  readonly #menu: CommandMenu;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { store, speech, open, drafts, sending, attachments } = parts;
    const examples = createExamplePicker({
      store,
      speech,
      sendExample: (example) => {
        void sending.example(open.key, example);
      },
    });
    this.#field = element('textarea', { attributes: { rows: 1, maxlength: MAX_TEXT, autocomplete: 'off' } });
    this.#menu = new CommandMenu(this.#field, speech, (command) => {
      this.#sendCommand(command);
    });
    this.#send = button({ class: 'send' }, [icon('send')], () => {
      this.#sendDraft();
    });
    this.node = element(
      'section',
      { class: 'composer' },
      createWriters(parts),
      createWritingBar({
        ...parts,
        cancel: () => {
          this.cancel();
        },
      }),
      attachments.node,
      this.#menu.node,
      element('div', { class: 'writing' }, ...this.#attach(), examples.opener, this.#field, this.#send),
      examples.node,
    );
    speech.attribute(this.node, 'aria-label', ({ composer }) => composer);

    this.#field.addEventListener('input', () => {
      drafts.change(open.key, { text: this.#field.value });
    });
    this.#field.addEventListener('keydown', (event) => {
      if (!event.isComposing && this.#key(event)) event.preventDefault();
    });
    const draw = (): void => {
      this.#draw();
    };
    drafts.on('changed', (chat) => {
      if (chat === open.key) draw();
    });
    for (const event of ['hello', 'people'] as const) store.on(event, draw);
    open.on('changed', draw);
    speech.on('changed', draw);
    draw();
  }

  focus(): void {
    this.#field.focus();
  }

  reply({ chat, id }: MessageView): void {
    const { drafts } = this.#parts;
    if (drafts.of(chat).editing !== null) drafts.change(chat, { editing: null, text: '' });
    drafts.change(chat, { replyTo: id });
    this.focus();
  }

  edit({ chat, id, text }: MessageView): void {
    this.#parts.drafts.change(chat, { editing: id, replyTo: null, files: [], text: text?.text ?? '' });
    this.focus();
  }

  /** Writes a text for somebody to finish. */
  fill(text: string): void {
    this.#parts.drafts.change(this.#parts.open.key, { text });
    this.focus();
  }

  /** Ends editing, then answering; false where there was neither. */
  cancel(): boolean {
    const { drafts, open } = this.#parts;
    const { editing, replyTo } = drafts.of(open.key);
    if (editing !== null) drafts.change(open.key, { editing: null, text: '' });
    else if (replyTo !== null) drafts.change(open.key, { replyTo: null });
    else return false;
    this.focus();
    return true;
  }

  /** A command as it is written here: in groups it names the bot, since others may be there. */
  #named(command: string): string {
    const { open, store } = this.#parts;
    return open.key === 'private' ? `/${command}` : `/${command}@${store.bot.username}`;
  }

  #sendCommand(command: string): void {
    this.#parts.drafts.change(this.#parts.open.key, { text: this.#named(command) });
    this.#sendDraft();
  }

  #sendDraft(): void {
    void this.#parts.sending.draft(this.#parts.open.key);
    this.focus();
  }

  /** What a key does; false where the field itself takes it. */
  #key({ key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (key === 'Escape') return this.#menu.close() || this.cancel();
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const by = key === 'ArrowUp' ? -1 : 1;
      if (ctrlKey || metaKey) return this.#chooseReply(by);
      if (!shiftKey && !altKey && this.#menu.move(by)) return true;
      return key === 'ArrowUp' && this.#editLast();
    }
    const { chosen } = this.#menu;
    if (key === 'Tab' && !shiftKey && chosen !== undefined) {
      this.fill(`${this.#named(chosen)} `);
      return true;
    }
    if (key !== 'Enter' || shiftKey || altKey) return false;
    if (chosen === undefined) this.#sendDraft();
    else this.#sendCommand(chosen);
    return true;
  }

  /** Answers the message before or after the one that is about to be answered. */
  #chooseReply(by: number): boolean {
    const { store, drafts, open } = this.#parts;
    if (drafts.of(open.key).editing !== null) return true;
    const messages = store.messages(open.key).filter(({ service }) => service === undefined);
    const at = messages.findIndex(({ id }) => id === drafts.of(open.key).replyTo);
    const next = at === -1 ? (by < 0 ? messages.at(-1) : undefined) : messages[Math.max(0, at + by)];
    drafts.change(open.key, { replyTo: next?.id ?? null });
    return true;
  }

  /** In an empty field the arrow up edits one's last message. */
  #editLast(): boolean {
    const { store, drafts, open } = this.#parts;
    const { text, files, editing } = drafts.of(open.key);
    const last = store.messages(open.key).findLast((message) => store.isOwn(message) && message.text !== undefined);
    if (text !== '' || files.length > 0 || editing !== null || last === undefined) return false;
    this.edit(last);
    return true;
  }

  #attach(): Node[] {
    const { attachments, open, speech } = this.#parts;
    const input = element('input', { attributes: { type: 'file', multiple: true, hidden: true } });
    input.addEventListener('change', () => {
      attachments.add(open.key, [...(input.files ?? [])]);
      input.value = '';
      this.focus();
    });
    const pick = button({ class: 'icon-button attach' }, [icon('attach')], () => {
      input.click();
    });
    speech.attribute(pick, 'aria-label', ({ attach }) => attach);
    speech.attribute(pick, 'title', ({ attach }) => attach);
    return [input, pick];
  }

  #draw(): void {
    const { store, speech, drafts, open } = this.#parts;
    const { words } = speech;
    const { text, files, editing } = drafts.of(open.key);
    if (this.#field.value !== text) this.#field.value = text;
    const name = files.length > 0 ? words.caption : words.write;
    this.#field.placeholder = name;
    this.#field.setAttribute('aria-label', name);
    const action = editing === null ? words.send : words.save;
    this.#send.setAttribute('aria-label', action);
    this.#send.title = action;
    this.#send.disabled = text.trim() === '' && files.length === 0;
    this.#field.style.height = 'auto';
    this.#field.style.height = `${this.#field.scrollHeight}px`;
    this.#menu.update(store.menus[open.key]);
  }
}
