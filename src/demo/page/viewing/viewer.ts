import type { MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon, type IconName } from '../dom/icons.js';
import { altOf } from '../messages/media.js';
import { picture } from '../messages/picture.js';
import type { Store } from '../store.js';
import type { Speech, Words } from '../words/speech.js';
import { pictureOf } from './pictures.js';

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly compare: (message: MessageView) => void;
}

/** A chat's pictures large, one after the other. */
export class Viewer {
  readonly node: HTMLDialogElement;
  readonly #parts: Parts;
  readonly #stage: HTMLElement;
  readonly #place: HTMLElement;
  readonly #compare: HTMLButtonElement;
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  #shown: MessageView | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { speech, store } = parts;
    this.#stage = element('div', { class: 'viewer-stage' });
    this.#place = element('p', { class: 'viewer-place', attributes: { 'aria-live': 'polite' } });
    this.#previous = this.#tool(
      'back',
      'viewer-previous',
      ({ previousPicture }) => previousPicture,
      () => {
        this.#step(-1);
      },
    );
    this.#next = this.#tool(
      'next',
      'viewer-next',
      ({ nextPicture }) => nextPicture,
      () => {
        this.#step(1);
      },
    );
    const close = this.#tool(
      'close',
      'viewer-close',
      (words) => words.close,
      () => {
        this.node.close();
      },
    );
    this.#compare = button(
      { class: 'viewer-compare' },
      [icon('compare'), speech.text(element('span'), ({ compare }) => compare)],
      () => {
        const message = this.#shown;
        this.node.close();
        if (message !== null) parts.compare(message);
      },
    );
    this.node = element(
      'dialog',
      { class: 'viewer' },
      element('header', {}, this.#place, this.#compare, close),
      this.#stage,
      this.#previous,
      this.#next,
    );
    speech.attribute(this.node, 'aria-label', ({ viewer }) => viewer);
    this.node.addEventListener('keydown', ({ key }) => {
      if (key === 'ArrowLeft') this.#step(-1);
      if (key === 'ArrowRight') this.#step(1);
    });
    this.node.addEventListener('click', ({ target }) => {
      if (target === this.node || target === this.#stage) this.node.close();
    });
    this.node.addEventListener('close', () => {
      this.#stage.replaceChildren();
      this.#shown = null;
    });
    store.on('hello', () => {
      this.node.close();
    });
    store.on('deleted', ({ chat, id }) => {
      if (this.#shown?.chat === chat && this.#shown.id === id) this.node.close();
    });
  }

  show(message: MessageView): void {
    this.#shown = message;
    this.#draw();
    if (!this.node.open) this.node.showModal();
  }

  #all(): readonly MessageView[] {
    const { store } = this.#parts;
    return this.#shown === null ? [] : store.messages(this.#shown.chat).filter((one) => pictureOf(one) !== undefined);
  }

  #step(by: number): void {
    const all = this.#all();
    const next = all[all.findIndex(({ id }) => id === this.#shown?.id) + by];
    if (next !== undefined) this.show(next);
  }

  #draw(): void {
    const message = this.#shown;
    if (message === null) return;
    const url = pictureOf(message);
    if (url === undefined) return;
    const { speech } = this.#parts;
    const all = this.#all();
    const at = all.findIndex(({ id }) => id === message.id);
    this.#place.textContent = `${message.from.name} · ${speech.words.pictureOf(at + 1, all.length)}`;
    this.#compare.hidden = message.explains === undefined;
    this.#previous.disabled = at <= 0;
    this.#next.disabled = at >= all.length - 1;
    this.#stage.replaceChildren(picture({ url, alt: altOf(message, speech), words: speech.words }));
  }

  #tool(sign: IconName, name: string, pick: (words: Words) => string, press: () => void): HTMLButtonElement {
    const made = button({ class: `viewer-tool ${name}` }, [icon(sign)], press);
    return this.#parts.speech.attribute(made, 'aria-label', pick);
  }
}
