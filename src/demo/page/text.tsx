import type { ComponentChildren } from 'preact';
import type { EntityView, TextView } from '../protocol.js';

/**
 * A text with its entities, one after the other; whatever a message says, it is never markup of this page.
 *
 * @param command called with a command that is clicked in it
 */
export function Text({ said: { text, entities }, command }: { said: TextView; command: (command: string) => void }) {
  const nodes: ComponentChildren[] = [];
  let at = 0;
  for (const entity of inOrder(entities)) {
    if (entity.offset < at) continue;
    const end = entity.offset + entity.length;
    nodes.push(text.slice(at, entity.offset), marked(entity, text.slice(entity.offset, end), command));
    at = end;
  }
  return (
    <div class="text">
      {nodes}
      {text.slice(at)}
    </div>
  );
}

/** The text of the first entity of a type. */
export function firstOf(type: string, { text, entities }: TextView): string | undefined {
  const found = inOrder(entities).find((entity) => entity.type === type);
  return found && text.slice(found.offset, found.offset + found.length);
}

function inOrder(entities: readonly EntityView[]): EntityView[] {
  return entities.toSorted((one, other) => one.offset - other.offset || other.length - one.length);
}

function marked({ type }: EntityView, text: string, command: (command: string) => void) {
  switch (type) {
    case 'bold':
      return <strong>{text}</strong>;
    case 'code':
      return <code>{text}</code>;
    case 'pre':
      return <pre>{text}</pre>;
    case 'url':
      return link(text);
    case 'bot_command':
      return (
        <button type="button" class="link" onClick={() => command(text)}>
          {text}
        </button>
      );
    default:
      return text;
  }
}

/** Leads to websites only: an address that a message names could be a script. */
function link(address: string) {
  const attributes = { href: address, target: '_blank', rel: 'noopener noreferrer' } as const;
  return /^https?:/i.test(address) ? <a {...attributes}>{address}</a> : address;
}
