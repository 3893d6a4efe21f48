import { element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Speech } from '../words/speech.js';

/** Takes files dropped anywhere on the page or pasted into it; while they hover, a zone over the chat says so. */
export function createDropZone(speech: Speech, take: (files: readonly File[]) => void): HTMLElement {
  const node = element(
    'div',
    { class: 'drop-zone' },
    element(
      'div',
      { class: 'drop-frame' },
      icon('attach'),
      speech.text(element('strong'), ({ dropHere }) => dropHere),
      speech.text(element('span'), ({ dropMore }) => dropMore),
    ),
  );
  node.hidden = true;
  let depth = 0;
  const leave = (): void => {
    depth = 0;
    node.hidden = true;
  };
  window.addEventListener('dragenter', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    depth += 1;
    node.hidden = false;
  });
  window.addEventListener('dragover', (event) => {
    if (carriesFiles(event)) event.preventDefault();
  });
  window.addEventListener('dragleave', () => {
    depth -= 1;
    if (depth <= 0) leave();
  });
  window.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    leave();
    take([...(event.dataTransfer?.files ?? [])]);
  });
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  return node;
}

function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}
