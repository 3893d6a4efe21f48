import type { MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { size } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { MessageActions } from './message-actions.js';
import { picture } from './picture.js';

/** Albums by their number of pictures: how many stand in each row. */
const ROWS: Readonly<Record<number, readonly number[]>> = {
  2: [2],
  3: [1, 2],
  4: [2, 2],
  5: [2, 3],
  6: [3, 3],
  7: [1, 3, 3],
  8: [2, 3, 3],
  9: [3, 3, 3],
  10: [2, 2, 3, 3],
};

/** A grid of six columns can be parted into one, two and three. */
const COLUMNS = 6;

/** What a message carries, null where it is text alone. */
export function media(message: MessageView, speech: Speech, actions: MessageActions): HTMLElement | null {
  if (message.photo !== undefined) return photo(message, message.photo, speech, actions);
  if (message.document !== undefined) return file(message, message.document, speech, actions);
  return null;
}

/** Pictures of one album as a grid; its files below one another. */
export function albumMedia(messages: readonly MessageView[], speech: Speech, actions: MessageActions): HTMLElement {
  const pictures = messages.every(({ photo }) => photo !== undefined);
  const node = element('div', { class: pictures ? 'album' : 'album-files' });
  const spans = (ROWS[messages.length] ?? []).flatMap((inRow) => Array<number>(inRow).fill(COLUMNS / inRow));
  for (const [index, message] of messages.entries()) {
    const carried = media(message, speech, actions);
    if (carried === null) continue;
    const tile = element('div', { class: 'tile', attributes: { 'data-message': message.id } }, carried);
    tile.style.gridColumn = `span ${spans[index] ?? COLUMNS / 3}`;
    if (message.explains !== undefined) tile.append(tileCompare(message, index + 1, speech, actions));
    node.append(tile);
  }
  return node;
}

/** What a picture is called: a heatmap lies over another message's photo. */
export function altOf(message: MessageView, { words }: Speech): string {
  return message.explains === undefined ? words.photoFrom(message.from.name) : words.heatmapFrom(message.from.name);
}

function photo(
  message: MessageView,
  { url, width, height }: NonNullable<MessageView['photo']>,
  speech: Speech,
  actions: MessageActions,
): HTMLElement {
  return picture({
    url,
    width,
    height,
    alt: altOf(message, speech),
    words: speech.words,
    frame: (image) =>
      button(
        { class: 'enlarge', attributes: { 'aria-label': `${speech.words.enlarge}: ${altOf(message, speech)}` } },
        [image],
        () => {
          actions.enlarge(message);
        },
      ),
  });
}

function file(
  message: MessageView,
  { url, name, bytes, image }: NonNullable<MessageView['document']>,
  speech: Speech,
  actions: MessageActions,
): HTMLElement {
  const sign = image
    ? picture({
        url,
        alt: name,
        words: speech.words,
        frame: (shown) =>
          button(
            { class: 'enlarge', attributes: { 'aria-label': `${speech.words.enlarge}: ${name}` } },
            [shown],
            () => {
              actions.enlarge(message);
            },
          ),
      })
    : element('span', { class: 'file-sign' }, icon('file'));
  return element(
    'div',
    { class: image ? 'file with-thumbnail' : 'file' },
    sign,
    element(
      'div',
      { class: 'file-facts' },
      element('a', { attributes: { href: url, download: name } }, name),
      element('span', { class: 'file-size' }, size(bytes, speech.language)),
    ),
  );
}

function tileCompare(message: MessageView, number: number, { words }: Speech, actions: MessageActions): HTMLElement {
  const name = words.comparePhoto(number);
  return button({ class: 'tile-compare', attributes: { 'aria-label': name, title: name } }, [icon('compare')], () => {
    actions.compare(message);
  });
}
