import type { CommandView } from '../../protocol.js';
import { element } from '../dom/element.js';
import type { Speech } from '../words/speech.js';

const LIST_ID = 'command-menu';

/** The `/` menu over the composer: a list that the text field steers. */
export class CommandMenu {
  readonly node: HTMLElement;
  readonly #field: HTMLTextAreaElement;
  readonly #choose: (command: string) => void;
  #shown: readonly CommandView[] = [];
  #at = 0;
  /** What was typed when the menu was closed with Escape: it comes again as soon as that changes. */
  #closedAt: string | null = null;

  constructor(field: HTMLTextAreaElement, speech: Speech, choose: (command: string) => void) {
    this.#field = field;
    this.#choose = choose;
    this.node = element('ul', { class: 'command-menu', attributes: { role: 'listbox', id: LIST_ID } });
    speech.attribute(this.node, 'aria-label', ({ commands }) => commands);
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', LIST_ID);
    this.#draw();
  }

  /** The chosen command, where the menu is open. */
  get chosen(): string | undefined {
    return this.#shown[this.#at]?.command;
  }

  /** Shows what fits the text, which is a command as long as it is one word that begins with a slash. */
  update(commands: readonly CommandView[]): void {
    const typed = this.#field.value;
    const begin = /^\/(\S*)$/.exec(typed)?.[1]?.toLowerCase();
    if (typed !== this.#closedAt) this.#closedAt = null;
    const fits = begin === undefined || this.#closedAt !== null ? [] : commands.filter(startsWith(begin));
    const before = this.chosen;
    this.#shown = fits;
    this.#at = Math.max(
      0,
      fits.findIndex(({ command }) => command === before),
    );
    this.#draw();
  }

  /** Moves the choice down, or up where negative; false where the menu is not open. */
  move(by: number): boolean {
    if (this.#shown.length === 0) return false;
    this.#at = (this.#at + by + this.#shown.length) % this.#shown.length;
    this.#draw();
    return true;
  }

  /** Closes the menu until something else is typed; false where it is not open. */
  close(): boolean {
    if (this.#shown.length === 0) return false;
    this.#closedAt = this.#field.value;
    this.#shown = [];
    this.#draw();
    return true;
  }

  #draw(): void {
    const open = this.#shown.length > 0;
    this.node.hidden = !open;
    this.#field.setAttribute('aria-expanded', String(open));
    this.node.replaceChildren(...this.#shown.map((command, index) => this.#option(command, index)));
    const chosen = this.node.querySelector('[aria-selected="true"]');
    chosen?.scrollIntoView({ block: 'nearest' });
    if (chosen === null) this.#field.removeAttribute('aria-activedescendant');
    else this.#field.setAttribute('aria-activedescendant', chosen.id);
  }

  #option({ command, description }: CommandView, index: number): HTMLElement {
    const option = element(
      'li',
      {
        attributes: { role: 'option', id: `${LIST_ID}-${index}`, 'aria-selected': String(index === this.#at) },
      },
      element('strong', {}, `/${command}`),
      ' ',
      element('span', {}, description),
    );
    // The field keeps the focus.
    option.addEventListener('pointerdown', (event) => {
      event.preventDefault();
    });
    option.addEventListener('click', () => {
      this.#choose(command);
    });
    return option;
  }
}

function startsWith(begin: string): (command: CommandView) => boolean {
  return ({ command }) => command.startsWith(begin);
}
