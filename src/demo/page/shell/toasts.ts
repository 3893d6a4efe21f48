import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { RequestRefused } from '../requests.js';
import type { Speech } from '../words/speech.js';

const SHOWN_MS = 7000;

/** More than these would cover the chat; the oldest goes. */
const AT_ONCE = 3;

/** Short sentences over the chat that go by themselves, and the answers to pressed buttons. */
export class Toasts {
  readonly node: HTMLElement;
  readonly #speech: Speech;

  constructor(speech: Speech) {
    this.#speech = speech;
    this.node = speech.attribute(
      element('div', { class: 'toasts', attributes: { role: 'region', popover: 'manual' } }),
      'aria-label',
      ({ notices }) => notices,
    );
  }

  show(sentence: string): void {
    while (this.node.childElementCount >= AT_ONCE) this.node.firstElementChild?.remove();
    const toast = element('div', { class: 'toast', attributes: { role: 'alert' } }, element('p', {}, sentence));
    const { close } = this.#speech.words;
    toast.append(
      button({ class: 'icon-button', attributes: { 'aria-label': close, title: close } }, [icon('close')], () => {
        toast.remove();
      }),
    );
    // Shown anew, it stands over a dialog that was opened since.
    this.node.hidePopover();
    this.node.showPopover();
    this.node.append(toast);
    setTimeout(() => {
      toast.remove();
      if (this.node.childElementCount === 0) this.node.hidePopover();
    }, SHOWN_MS);
  }

  /** Says why a request came to nothing. */
  refuse(error: unknown): void {
    const { refused } = this.#speech.words;
    this.show(error instanceof RequestRefused ? refused[error.code] : refused.failed);
  }

  /** A sentence that waits to be read, as Telegram shows some answers to pressed buttons. */
  alert(sentence: string): void {
    const said = element('p', { attributes: { id: 'alert-text' } }, sentence);
    const dialog = element('dialog', {
      class: 'alert',
      attributes: { role: 'alertdialog', 'aria-labelledby': 'alert-text' },
    });
    const done = button({ class: 'primary' }, [this.#speech.words.ok], () => {
      dialog.close();
    });
    dialog.append(said, done);
    dialog.addEventListener('close', () => {
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  /** Waits for a request; where it is refused, says so and answers false. */
  async succeeds(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    }
  }
}
