import type { FaultName } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { ask } from '../requests.js';
import type { Toasts } from '../shell/toasts.js';
import type { Store } from '../store.js';
import type { FaultWords, Speech } from '../words/speech.js';

/** In the order of the protocol. */
const FAULTS: readonly FaultName[] = [
  'crash',
  'deadline',
  'memory',
  'off',
  'rate-limit',
  'slow-file',
  'file-gone',
  'unreachable',
];

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly toasts: Toasts;
}

/** Failures to switch on, each with what to do, what to see, and what helps in earnest. */
export function fillFaults(body: HTMLElement, parts: Parts): void {
  const { store, speech, toasts } = parts;
  let switching: FaultName | null = null;
  const cards = FAULTS.map((name) => {
    const card = new FaultCard(name, () => {
      void toggle(name);
    });
    return { name, card };
  });
  const toggle = async (name: FaultName): Promise<void> => {
    if (switching !== null) return;
    switching = name;
    draw();
    await toasts.succeeds(ask('/api/fault', { name: store.faults.active === name ? null : name }));
    switching = null;
    draw();
  };
  const draw = (): void => {
    for (const { name, card } of cards) card.draw(name, parts, switching);
  };
  body.append(
    speech.text(element('p', { class: 'panel-intro' }), ({ faultsIntro }) => faultsIntro),
    ...cards.map(({ card }) => card.node),
  );
  for (const event of ['hello', 'faults'] as const) store.on(event, draw);
  speech.on('changed', draw);
  draw();
}

class FaultCard {
  readonly node: HTMLElement;
  readonly #switch: HTMLButtonElement;
  readonly #title: HTMLElement;
  readonly #broken: HTMLElement;
  readonly #state: HTMLElement;
  readonly #details: HTMLDetailsElement;
  readonly #explained: HTMLElement;
  readonly #summary: HTMLElement;
  #wasActive = false;

  constructor(name: FaultName, toggle: () => void) {
    this.#title = element('span');
    this.#broken = element('p', { attributes: { id: `fault-${name}` } });
    this.#state = element('p', { class: 'fault-state', attributes: { role: 'status' } });
    this.#switch = button(
      { class: 'switch', attributes: { role: 'switch', 'aria-describedby': `fault-${name}` } },
      [this.#title, element('span', { class: 'knob', attributes: { 'aria-hidden': 'true' } })],
      () => {
        if (this.#switch.getAttribute('aria-disabled') !== 'true') toggle();
      },
    );
    this.#summary = element('summary');
    this.#explained = element('dl');
    this.#details = element('details', {}, this.#summary, this.#explained);
    this.node = element('section', { class: 'fault' }, this.#switch, this.#broken, this.#state, this.#details);
  }

  draw(name: FaultName, { store, speech }: Parts, switching: FaultName | null): void {
    const { words } = speech;
    const { active, met, unavailable } = store.faults;
    const on = active === name;
    const impossible = unavailable.includes(name);
    const says = words.fault[name];
    this.#title.textContent = says.title;
    this.#broken.textContent = says.broken;
    this.#switch.setAttribute('aria-checked', String(on));
    this.#switch.setAttribute('aria-busy', String(switching === name));
    this.#switch.setAttribute('aria-disabled', String(impossible || switching !== null));
    this.node.classList.toggle('on', on);
    this.node.classList.toggle('impossible', impossible);
    if (impossible) this.#state.textContent = words.faultUnavailable;
    else if (switching === name) this.#state.textContent = words.faultSwitching;
    else if (on) this.#state.textContent = met === 0 ? words.faultWaiting : words.faultMet(met);
    else this.#state.textContent = '';
    this.#summary.textContent = words.faultDetails;
    this.#explained.replaceChildren(...explanation(says, speech));
    if (on === this.#wasActive) return;
    this.#wasActive = on;
    this.#details.open = on;
    if (on) this.node.scrollIntoView({ block: 'nearest' });
  }
}

function explanation({ now, seen, operator }: FaultWords, { words }: Speech): Node[] {
  return [
    element('dt', {}, words.faultNow),
    element('dd', {}, now),
    element('dt', {}, words.faultSeen),
    element('dd', {}, seen),
    element('dt', {}, words.faultOperator),
    element('dd', {}, ...withCode(operator)),
  ];
}

/** What stands between backticks is a variable or a reason, and looks like one. */
function withCode(sentence: string): (Node | string)[] {
  return sentence.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}
