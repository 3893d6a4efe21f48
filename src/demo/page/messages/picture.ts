import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Words } from '../words/speech.js';

export interface PictureOptions {
  readonly url: string;
  readonly alt: string;
  readonly width?: number;
  readonly height?: number;
  readonly words: Words;
  /** Around the image: a button that enlarges it, say. */
  readonly frame?: (image: HTMLImageElement) => HTMLElement;
}

/** An image that becomes a drawn placeholder with a button where it fails to load. */
export function picture(options: PictureOptions): HTMLElement {
  const node = element('div', { class: 'picture' });
  if (options.width !== undefined && options.height !== undefined) {
    node.style.aspectRatio = `${options.width} / ${options.height}`;
  }
  const load = (): void => {
    const image = element('img', {
      attributes: { alt: options.alt, decoding: 'async', draggable: 'false' },
    });
    image.addEventListener('error', () => {
      node.classList.add('failed');
      node.replaceChildren(placeholder(options, load));
    });
    image.addEventListener('load', () => {
      node.classList.add('loaded');
    });
    node.classList.remove('failed', 'loaded');
    node.replaceChildren(options.frame?.(image) ?? image);
    image.src = options.url;
  };
  load();
  return node;
}

function placeholder({ alt, words }: PictureOptions, load: () => void): HTMLElement {
  return element(
    'div',
    { class: 'placeholder' },
    element('div', { attributes: { role: 'img', 'aria-label': alt } }, icon('broken')),
    element('p', {}, words.pictureFailed),
    button({ class: 'quiet' }, [icon('again'), words.loadAgain], load),
  );
}
