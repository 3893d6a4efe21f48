import type { ChatKey } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { OpenChat } from '../shell/open-chat.js';
import type { Activity } from './activity.js';
import { blockNode } from './block-node.js';
import { blocksOf, isSame, type Block } from './blocks.js';
import type { BubbleParts } from './bubble.js';
import { createDoingLine } from './doing-line.js';
import { createEmptyState, type EmptyParts } from './empty-state.js';
import { markWaiting } from './keyboard.js';
import { MessageWalk } from './message-walk.js';
import type { Presses } from './presses.js';

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
  readonly #doing = createDoingLine();
  readonly #walk: MessageWalk;
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
    this.#walk = new MessageWalk(this.#list);
    this.#toEnd = button({ class: 'to-end' }, [], () => {
      this.scrollToEnd('smooth');
    });
    this.#scroller = element('div', { class: 'scroller' }, this.#empty, this.#list, this.#doing.node);
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
      if (chat === this.#chat) this.#markWaiting(id);
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
  }

  scrollToEnd(behavior: ScrollBehavior = 'instant'): void {
    // What an empty chat shows is read from its top.
    if (this.#empty.hidden) this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior });
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
    this.#scroller.scrollTop = 0;
    this.#draw();
    this.#drawDoing();
  }

  #draw(): void {
    const { store } = this.#parts;
    const blocks = blocksOf(store.messages(this.#chat));
    const drawn = new Map<string, Drawn>();
    for (const block of blocks) {
      const before = this.#drawn.get(block.key);
      const node = before !== undefined && isSame(before.block, block) ? before.node : blockNode(block, this.#parts);
      drawn.set(block.key, { block, node });
    }
    const [focused] = [...this.#drawn].find(([, { node }]) => node.contains(document.activeElement)) ?? [];
    this.#drawn = drawn;
    this.#place([...drawn.values()].map(({ node }) => node));
    // Where a message was drawn anew under the focus, the focus stays on it.
    const again = focused === undefined ? undefined : drawn.get(focused)?.node;
    if (again?.contains(document.activeElement) === false) {
      again.querySelector<HTMLElement>('.bubble')?.focus({ preventScroll: true });
    }
    const talked = blocks.some(({ kind }) => kind === 'messages');
    this.#empty.hidden = talked || !store.ready;
    this.#list.hidden = blocks.length === 0;
    this.node.classList.toggle('silent', !talked);
    this.#walk.refresh();
    if (this.#atEnd) this.scrollToEnd();
    this.#drawToEnd();
  }

  #markWaiting(id: number): void {
    for (const { block, node } of this.#drawn.values()) {
      const message = block.kind === 'messages' ? block.messages.find((one) => one.id === id) : undefined;
      if (message !== undefined) markWaiting(node, message, this.#parts.actions);
    }
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

  #drawDoing(): void {
    const sentence = this.#parts.activity.sentence(this.#chat);
    this.#doing.show(sentence);
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
}

function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
