import { element } from '../dom/element.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';

/** A line over everything while the demo or its bot is not there. */
export function createBanner(store: Store, speech: Speech): HTMLElement {
  const node = element('div', { class: 'banner', attributes: { role: 'status' } });
  let wasConnected = false;
  const draw = (): void => {
    wasConnected ||= store.connected;
    const said = sentence(store, speech, wasConnected);
    node.hidden = said === null;
    node.dataset['tone'] = said?.tone ?? '';
    node.replaceChildren(...(said?.children ?? []));
  };
  for (const event of ['hello', 'state', 'connection'] as const) store.on(event, draw);
  speech.on('changed', draw);
  draw();
  return node;
}

interface Said {
  readonly tone: 'busy' | 'bad';
  readonly children: readonly (Node | string)[];
}

function sentence(store: Store, { words }: Speech, wasConnected: boolean): Said | null {
  if (!store.connected) {
    if (!wasConnected) return { tone: 'busy', children: [words.connecting] };
    const { before, command } = words.stopped;
    return { tone: 'bad', children: [`${before} `, element('code', {}, command)] };
  }
  const { botState } = store;
  switch (botState.state) {
    case 'ready':
      return null;
    case 'starting':
      return { tone: 'busy', children: [words.botStarting] };
    case 'restarting':
      return { tone: 'busy', children: [words.botRestarting] };
    case 'ended':
      return { tone: 'bad', children: [words.botEnded(botState.why)] };
  }
}
