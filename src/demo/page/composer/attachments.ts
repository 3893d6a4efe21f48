import type { ChatKey } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { OpenChat } from '../shell/open-chat.js';
import type { Toasts } from '../shell/toasts.js';
import { size } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { Drafts } from './drafts.js';

/** What Telegram puts into one album. */
const MAX_FILES = 10;

/** What bots may fetch. */
const MAX_BYTES = 20_000_000;

interface Parts {
  readonly drafts: Drafts;
  readonly open: OpenChat;
  readonly speech: Speech;
  readonly toasts: Toasts;
}

/** Files picked for the open chat, shown over the composer until they are sent. */
export class Attachments {
  readonly node: HTMLElement;
  readonly #parts: Parts;
  readonly #list: HTMLUListElement;
  readonly #asFile: HTMLInputElement;
  /** Addresses of previews, given back as soon as they are not shown. */
  readonly #previews = new Map<File, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
    const { drafts, open, speech } = parts;
    this.#list = speech.attribute(element('ul', { class: 'picked' }), 'aria-label', ({ picked }) => picked);
    this.#asFile = element('input', { attributes: { type: 'checkbox' } });
    this.#asFile.addEventListener('change', () => {
      drafts.change(open.key, { asFile: this.#asFile.checked });
    });
    const label = element(
      'label',
      { class: 'as-file' },
      this.#asFile,
      speech.text(element('span'), (w) => w.asFile),
    );
    this.node = element('div', { class: 'attachments' }, this.#list, label);
    const draw = (): void => {
      this.#draw();
    };
    drafts.on('changed', draw);
    open.on('changed', draw);
    speech.on('changed', draw);
    draw();
  }

  /** Takes files that were picked, dropped or pasted; what cannot be sent is told and left out. */
  add(chat: ChatKey, added: readonly File[]): void {
    const { drafts, toasts, speech } = this.#parts;
    const fitting = added.filter((file) => {
      if (file.size > MAX_BYTES) toasts.show(speech.words.fileTooLarge(file.name));
      else if (file.size === 0) toasts.show(speech.words.fileEmpty(file.name));
      return file.size > 0 && file.size <= MAX_BYTES;
    });
    if (fitting.length === 0) return;
    const files = [...drafts.of(chat).files, ...fitting];
    if (files.length > MAX_FILES) toasts.show(speech.words.tooManyFiles(MAX_FILES));
    drafts.change(chat, { files: files.slice(0, MAX_FILES) });
  }

  #draw(): void {
    const { drafts, open } = this.#parts;
    const { files, asFile } = drafts.of(open.key);
    this.node.hidden = files.length === 0;
    this.#asFile.checked = asFile;
    for (const [file, address] of this.#previews) {
      if (files.includes(file)) continue;
      URL.revokeObjectURL(address);
      this.#previews.delete(file);
    }
    this.#list.replaceChildren(...files.map((file) => this.#item(file)));
  }

  #item(file: File): HTMLElement {
    const { drafts, open, speech } = this.#parts;
    const name = speech.words.removePicked(file.name);
    const remove = button(
      { class: 'remove-picked', attributes: { 'aria-label': name, title: name } },
      [icon('close')],
      () => {
        drafts.change(open.key, { files: drafts.of(open.key).files.filter((one) => one !== file) });
      },
    );
    return element('li', { class: 'picked-file', attributes: { title: file.name } }, this.#preview(file), remove);
  }

  #preview(file: File): HTMLElement {
    const plain = element(
      'span',
      { class: 'picked-plain' },
      icon('file'),
      element('span', { class: 'picked-name' }, file.name),
      element('span', {}, size(file.size, this.#parts.speech.language)),
    );
    if (!file.type.startsWith('image/')) return plain;
    const address = this.#previews.get(file) ?? URL.createObjectURL(file);
    this.#previews.set(file, address);
    const image = element('img', { attributes: { src: address, alt: file.name, draggable: 'false' } });
    image.addEventListener('error', () => {
      image.replaceWith(plain);
    });
    return image;
  }
}
