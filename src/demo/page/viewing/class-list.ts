import type { MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { precisePercent } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import { isOf, type NamedClass } from './heatmaps.js';

/** The classes of a photo with their probabilities, one of them chosen. */
export class ClassList {
  readonly node: HTMLElement;
  readonly #speech: Speech;
  readonly #choose: (wanted: NamedClass) => void;

  constructor(speech: Speech, choose: (wanted: NamedClass) => void) {
    this.#speech = speech;
    this.#choose = choose;
    this.node = element('div', { class: 'classes', attributes: { role: 'group' } });
    speech.attribute(this.node, 'aria-label', ({ classes }) => classes);
  }

  /** @param asked the class whose heatmap the bot is making */
  draw(
    classes: readonly NamedClass[],
    { heatmap, asked }: { readonly heatmap: MessageView; readonly asked: NamedClass | null },
  ): void {
    const focused = [...this.node.children].findIndex((one) => one === document.activeElement);
    this.node.replaceChildren(
      ...classes.map((one) => this.#button(one, { chosen: isOf(heatmap, one), waiting: one === asked })),
    );
    const again = this.node.children[focused];
    if (again instanceof HTMLElement) again.focus();
  }

  #button(one: NamedClass, { chosen, waiting }: { readonly chosen: boolean; readonly waiting: boolean }): HTMLElement {
    const { language } = this.#speech;
    const made = button(
      {
        class: 'class',
        attributes: { 'aria-pressed': String(chosen), 'aria-busy': waiting ? 'true' : null },
      },
      [
        element('span', {}, one.names[language]),
        ' ',
        element('span', { class: 'class-share' }, precisePercent(one.probability, language)),
      ],
      () => {
        this.#choose(one);
      },
    );
    made.style.setProperty('--share', `${one.probability * 100}%`);
    return made;
  }
}
