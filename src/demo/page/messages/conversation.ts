import type { ChatKey } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { OpenChat } from '../shell/open-chat.js';
import { day, dayNumber } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { Activity } from './activity.js';
import { blocksOf, isSame, type Block } from './blocks.js';
import { bubble, type BubbleParts } from './bubble.js';
import { createEmptyState, type EmptyParts } from './empty-state.js';
import type { Presses } from './presses.js';
import { serviceSentence } from './service.js';

interface Parts extends BubbleParts, EmptyParts {
  readonly open: OpenChat;
  readonly activity: Activity;
  readonly presses: Presses;
}

interface Drawn {
  readonly block: Block;
  readonly node: HTMLElement;
}

/** As near to the end, in pixels, it still counts as being there. */
const NEAR_END = 90;

const FLASH_MS = 1600;

/** The messages of the open chat. It follows the end for as long as one is there. */
export class Conversation {
  readonly node: HTMLElement;
  readonly #parts: Parts;
  readonly #scroller: HTMLElement;
  readonly #list: HTMLOListElement;
  readonly #empty: HTMLElement;
  readonly #doing: HTMLElement;
  readonly #toEnd: HTMLButtonElement;
  #drawn = new Map<string, Drawn>();
  #chat: ChatKey;
  #missed = 0;
  #atEnd = true;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { store, speech, open, activity, presses } = parts;
    this.#chat = open.key;
    this.#list = speech.attribute(element('ol', { class: 'messages' }), 'aria-label', ({ messages }) => messages);
    this.#empty = createEmptyState(parts);
    this.#doing = element('p', { class: 'doing-line', attributes: { role: 'status' } });
    this.#toEnd = button({ class: 'to-end' }, [], () => {
      this.scrollToEnd('smooth');
    });
    this.#scroller = element('div', { class: 'scroller' }, this.#empty, this.#list, this.#doing);
    this.node = element('div', { class: 'conversation' }, this.#scroller, this.#toEnd);

    store.on('hello', () => {
      this.#redraw();
    });
    speech.on('changed', () => {
      this.#redraw();
    });
    store.on('people', () => {
      this.#draw();
    });
    store.on('message', ({ message, isNew }) => {
      if (message.chat !== this.#chat) return;
      if (isNew && store.isOwn(message)) this.#atEnd = true;
      else if (isNew && !this.#atEnd) this.#missed += 1;
      this.#draw();
    });
    store.on('deleted', ({ chat }) => {
      if (chat === this.#chat) this.#draw();
    });
    presses.on('changed', ({ chat, id }) => {
      if (chat === this.#chat) this.#redrawMessage(id);
    });
    activity.on('changed', (chat) => {
      if (chat === this.#chat) this.#drawDoing();
    });
    open.on('changed', (chat) => {
      this.#chat = chat;
      this.#redraw();
    });
    this.#scroller.addEventListener('scroll', () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
      this.#drawToEnd();
    });
    new ResizeObserver(() => {
      if (this.#atEnd) this.scrollToEnd();
    }).observe(this.#scroller);
    this.#list.addEventListener('keydown', (event) => {
      this.#walk(event);
    });
    this.#list.addEventListener('focusin', ({ target }) => {
      if (target instanceof Element) this.#makeActive(target.closest('.row'));
    });
  }

  scrollToEnd(behavior: ScrollBehavior = 'instant'): void {
    if (!this.#list.hidden) this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior });
  }

  /** Scrolls to a message and lights it up. */
  jumpTo(id: number): void {
    const found = this.#list.querySelector<HTMLElement>(`[data-message="${id}"]`);
    const row = found?.closest<HTMLElement>('.row');
    if (!found || !row) return;
    row.scrollIntoView({ block: 'center', behavior: calm() ? 'instant' : 'smooth' });
    row.querySelector<HTMLElement>('.bubble')?.focus({ preventScroll: true });
    row.classList.add('lit');
    setTimeout(() => {
      row.classList.remove('lit');
    }, FLASH_MS);
  }

  /** Marks the message that is about to be answered. */
  mark(id: number | null): void {
    for (const row of this.#list.querySelectorAll<HTMLElement>('.row')) {
      const marked = id !== null && row.dataset['message'] === String(id);
      row.classList.toggle('chosen', marked);
      if (marked) row.scrollIntoView({ block: 'nearest' });
    }
  }

  #redraw(): void {
    this.#drawn.clear();
    this.#atEnd = true;
    this.#draw();
    this.#drawDoing();
  }

  #draw(): void {
    const { store } = this.#parts;
    const blocks = blocksOf(store.messages(this.#chat));
    const drawn = new Map<string, Drawn>();
    for (const block of blocks) {
      const before = this.#drawn.get(block.key);
      const node = before !== undefined && isSame(before.block, block) ? before.node : this.#nodeOf(block);
      drawn.set(block.key, { block, node });
    }
    this.#drawn = drawn;
    this.#place([...drawn.values()].map(({ node }) => node));
    this.#empty.hidden = blocks.length > 0 || !store.ready;
    this.#list.hidden = blocks.length === 0;
    if (this.#list.querySelector('.bubble[tabindex="0"]') === null) {
      this.#makeActive([...this.#list.querySelectorAll('.row')].at(-1) ?? null);
    }
    if (this.#atEnd) this.scrollToEnd();
    this.#drawToEnd();
  }

  #redrawMessage(id: number): void {
    for (const [key, { block }] of this.#drawn) {
      if (block.kind === 'messages' && block.messages.some((message) => message.id === id)) this.#drawn.delete(key);
    }
    this.#draw();
  }

  /** Puts the nodes in their order; what stands right already is not touched, so that focus and pictures stay. */
  #place(nodes: readonly HTMLElement[]): void {
    const wanted = new Set<Element>(nodes);
    for (const child of [...this.#list.children]) {
      if (!wanted.has(child)) child.remove();
    }
    for (const [index, node] of nodes.entries()) {
      const there = this.#list.children[index];
      if (there !== node) this.#list.insertBefore(node, there ?? null);
    }
  }

  #nodeOf(block: Block): HTMLElement {
    const { store, speech } = this.#parts;
    switch (block.kind) {
      case 'day':
        return element('li', { class: 'day' }, element('span', {}, dayName(block.date, speech)));
      case 'service': {
        const sentence = serviceSentence(block.message, speech.words, store.bot.name);
        return element('li', { class: 'day service' }, element('span', {}, sentence));
      }
      case 'messages':
        return bubble(block, this.#parts);
    }
  }

  #drawDoing(): void {
    const sentence = this.#parts.activity.sentence(this.#chat);
    this.#doing.replaceChildren(
      ...(sentence === null
        ? []
        : [
            element('span', {}, sentence),
            element(
              'span',
              { class: 'dots', attributes: { 'aria-hidden': 'true' } },
              ...[1, 2, 3].map(() => element('i')),
            ),
          ]),
    );
    if (this.#atEnd) this.scrollToEnd();
  }

  #drawToEnd(): void {
    if (this.#atEnd) this.#missed = 0;
    const name = this.#parts.speech.words.newMessages(this.#missed);
    this.#toEnd.hidden = this.#atEnd;
    this.#toEnd.setAttribute('aria-label', name);
    this.#toEnd.title = name;
    this.#toEnd.replaceChildren(icon('down'), ...(this.#missed === 0 ? [] : [String(this.#missed)]));
  }

  /** One message at a time is in the order of focus; the arrow keys lead to the others. */
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

function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

function dayName(date: number, { words, language }: Speech): string {
  const ago = dayNumber(Date.now() / 1000) - dayNumber(date);
  if (ago === 0) return words.today;
  return ago === 1 ? words.yesterday : day(date, language);
}
