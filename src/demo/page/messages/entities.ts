import type { EntityView, TextView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import type { Words } from '../words/speech.js';

export interface TextActions {
  readonly words: Words;
  /** A command in the text was clicked. */
  readonly command: (command: string) => void;
}

/** Addresses that a message may lead to; anything else stays text. */
const SAFE_ADDRESS = /^(https?|mailto|tg):/i;

const TAGS: Partial<Record<string, keyof HTMLElementTagNameMap>> = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  expandable_blockquote: 'blockquote',
};

/**
 * A text with its entities, as nodes that hold text only: whatever a message says, it is never markup of this page.
 * Entities that stick out of the text or of the one around them are cut off there.
 */
export function formatted({ text, entities }: TextView, actions: TextActions): DocumentFragment {
  const sorted = entities
    .filter(({ offset, length }) => offset >= 0 && length > 0 && offset < text.length)
    .toSorted((one, other) => one.offset - other.offset || other.length - one.length);
  const fragment = document.createDocumentFragment();
  fragment.append(...between(text, { from: 0, to: text.length }, sorted, actions));
  return fragment;
}

/** The text of the first entity of a type. */
export function firstOf(type: string, { text, entities }: TextView): string | undefined {
  const found = entities
    .filter((entity) => entity.type === type)
    .reduce<EntityView | undefined>((first, next) => (first && first.offset <= next.offset ? first : next), undefined);
  return found && text.slice(found.offset, found.offset + found.length);
}

function between(
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
  entities: readonly EntityView[],
  actions: TextActions,
): Node[] {
  const nodes: Node[] = [];
  let at = from;
  for (const [index, entity] of entities.entries()) {
    if (entity.offset < at || entity.offset >= to) continue;
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    const inside = between(text, { from: entity.offset, to: end }, entities.slice(index + 1), actions);
    nodes.push(wrapped(entity, text.slice(entity.offset, end), inside, actions));
    at = end;
  }
  if (at < to) nodes.push(document.createTextNode(text.slice(at, to)));
  return nodes;
}

function wrapped(entity: EntityView, text: string, inside: readonly Node[], actions: TextActions): Node {
  const tag = TAGS[entity.type];
  if (tag !== undefined) return element(tag, {}, ...inside);
  switch (entity.type) {
    case 'text_link':
      return link(entity.url ?? '', inside);
    case 'url':
      return link(SAFE_ADDRESS.test(text) ? text : `https://${text}`, inside);
    case 'email':
      return link(`mailto:${text}`, inside);
    case 'bot_command':
      return button({ class: 'link' }, [...inside], () => {
        actions.command(text);
      });
    case 'mention':
    case 'text_mention':
    case 'hashtag':
      return element('span', { class: 'mention' }, ...inside);
    case 'spoiler':
      return spoiler(inside, actions.words);
    default:
      return element('span', {}, ...inside);
  }
}

function link(address: string, inside: readonly Node[]): Node {
  if (!SAFE_ADDRESS.test(address)) return element('span', {}, ...inside);
  const attributes = { href: address, target: '_blank', rel: 'noopener noreferrer' };
  return element('a', { attributes }, ...inside);
}

function spoiler(inside: readonly Node[], words: Words): Node {
  const hidden = element('span', { class: 'spoiler-text', attributes: { 'aria-hidden': 'true' } }, ...inside);
  const node = button({ class: 'spoiler', attributes: { 'aria-label': words.spoiler } }, [hidden], () => {
    node.replaceWith(element('span', {}, ...hidden.childNodes));
  });
  return node;
}
