import { element } from '../dom/element.js';

/** Where "Sorot is sending a photo" stands, under the last message. */
export function createDoingLine(): { readonly node: HTMLElement; show(sentence: string | null): void } {
  const node = element('p', { class: 'doing-line', attributes: { role: 'status' } });
  return {
    node,
    show: (sentence) => {
      node.replaceChildren(...(sentence === null ? [] : [element('span', {}, sentence), dots()]));
    },
  };
}

function dots(): HTMLElement {
  const three = [1, 2, 3].map(() => element('i'));
  return element('span', { class: 'dots', attributes: { 'aria-hidden': 'true' } }, ...three);
}
