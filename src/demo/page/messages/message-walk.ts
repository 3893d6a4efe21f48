/**
 * Keeps one message at a time in the order of focus, the last one at first; the arrow keys lead to the others. With all
 * of them in it, the way to the text field would be hundreds of steps long.
 */
export class MessageWalk {
  readonly #list: HTMLElement;

  constructor(list: HTMLElement) {
    this.#list = list;
    list.addEventListener('keydown', (event) => {
      this.#walk(event);
    });
    list.addEventListener('focusin', ({ target }) => {
      if (target instanceof Element) this.#makeActive(target.closest('.row'));
    });
  }

  /** To be called after messages were drawn: the one in the order may be gone. */
  refresh(): void {
    if (this.#list.querySelector('.bubble[tabindex="0"]') !== null) return;
    this.#makeActive([...this.#list.querySelectorAll('.row')].at(-1) ?? null);
  }

  #makeActive(row: Element | null): void {
    for (const node of this.#list.querySelectorAll('.bubble[tabindex="0"], .tool[tabindex="0"]')) {
      node.setAttribute('tabindex', '-1');
    }
    for (const node of row?.querySelectorAll('.bubble, .tool') ?? []) node.setAttribute('tabindex', '0');
  }

  #walk(event: KeyboardEvent): void {
    const bubbles = [...this.#list.querySelectorAll<HTMLElement>('.bubble')];
    const at = bubbles.findIndex((one) => one === event.target);
    if (at === -1) return;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: bubbles.length - 1 }[event.key];
    const next = to === undefined ? undefined : bubbles[to];
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  }
}
