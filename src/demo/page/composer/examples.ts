import type { ExampleView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';

export interface ExampleParts {
  readonly store: Store;
  readonly speech: Speech;
  readonly sendExample: (example: ExampleView) => void;
}

/** The pictures that come with the demo as buttons, each of which sends one. */
export function exampleButtons({ store, speech, sendExample }: ExampleParts): HTMLButtonElement[] {
  return store.examples.map((example) => {
    const image = element('img', { attributes: { alt: '', src: example.url, draggable: 'false' } });
    return button({ class: 'example' }, [image, element('span', {}, example.title[speech.language])], () => {
      sendExample(example);
    });
  });
}

/** Room, in pixels, between the field and what stands over it. */
const GAP = 8;

/**
 * A button that shows the examples in any chat, and what it shows; that goes with a choice, Escape or a click
 * elsewhere, and the browser gives the focus back.
 */
export function createExamplePicker(parts: ExampleParts): { readonly opener: HTMLElement; readonly node: HTMLElement } {
  const { store, speech } = parts;
  const node = element('div', { class: 'example-picker', attributes: { role: 'dialog', popover: 'auto' } });
  const opener = button({ class: 'icon-button' }, [icon('pictures')], () => undefined);
  // The browser opens and closes it, tells screen readers so, and lets Tab lead from the one into the other.
  opener.popoverTargetElement = node;
  opener.setAttribute('aria-haspopup', 'dialog');
  speech.attribute(node, 'aria-label', ({ examples }) => examples);
  speech.attribute(opener, 'aria-label', ({ examples }) => examples);
  speech.attribute(opener, 'title', ({ examples }) => examples);

  const sendExample = (example: ExampleView): void => {
    node.hidePopover();
    parts.sendExample(example);
  };
  const draw = (): void => {
    opener.hidden = store.examples.length === 0;
    const buttons = exampleButtons({ ...parts, sendExample });
    if (buttons[0] !== undefined) buttons[0].autofocus = true;
    node.replaceChildren(...buttons);
  };
  // What lies above the whole page does not stand where the composer does by itself.
  const place = (): void => {
    const { left, top, width } = (opener.parentElement ?? opener).getBoundingClientRect();
    node.style.left = `${left}px`;
    node.style.width = `${width}px`;
    node.style.bottom = `${window.innerHeight - top + GAP}px`;
  };
  node.addEventListener('toggle', ({ newState }) => {
    if (newState === 'open') window.addEventListener('resize', place);
    else window.removeEventListener('resize', place);
  });
  node.addEventListener('beforetoggle', ({ newState }) => {
    if (newState === 'open') place();
  });
  store.on('hello', draw);
  speech.on('changed', draw);
  draw();
  return { opener, node };
}
