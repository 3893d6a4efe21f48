import { button, element } from '../dom/element.js';
import { icon, type IconName } from '../dom/icons.js';
import { Emitter } from '../dom/emitter.js';
import type { Speech, Words } from '../words/speech.js';

/** From here on there is room for a column beside the chat. */
const WIDE = matchMedia('(min-width: 1100px)');

/** A column beside the chat where there is room, else a sheet over it. One is open at a time. */
export class Panel extends Emitter<{ opened: undefined }> {
  readonly node: HTMLDialogElement;
  readonly body: HTMLElement;
  /** What opens and closes it. */
  readonly opener: HTMLButtonElement;

  constructor(speech: Speech, sign: IconName, name: (words: Words) => string) {
    super();
    const title = speech.text(element('h2', { attributes: { id: `panel-${sign}` } }), name);
    const close = button({ class: 'icon-button' }, [icon('close')], () => {
      this.close();
    });
    speech.attribute(close, 'aria-label', (words) => words.close);
    this.body = element('div', { class: 'panel-body' });
    this.node = element(
      'dialog',
      { class: `panel panel-${sign}`, attributes: { 'aria-labelledby': `panel-${sign}` } },
      element('header', { class: 'panel-head' }, title, close),
      this.body,
    );
    this.opener = button(
      { class: 'panel-opener', attributes: { 'aria-expanded': 'false' } },
      [icon(sign), speech.text(element('span'), name)],
      () => {
        if (this.node.open) this.close();
        else this.open();
      },
    );
    this.node.addEventListener('close', () => {
      this.opener.setAttribute('aria-expanded', 'false');
    });
    this.node.addEventListener('click', (event) => {
      if (event.target === this.node && !WIDE.matches) this.close();
    });
    this.node.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && WIDE.matches) this.close();
    });
    WIDE.addEventListener('change', () => {
      if (!this.node.open) return;
      this.node.close();
      this.open();
    });
  }

  open(): void {
    if (WIDE.matches) this.node.show();
    else this.node.showModal();
    this.opener.setAttribute('aria-expanded', 'true');
    this.emit('opened', undefined);
  }

  close(): void {
    if (this.node.open) this.node.close();
  }
}
