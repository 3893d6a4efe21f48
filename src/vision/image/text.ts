import { createRequire } from 'node:module';
import { LRUCache } from 'lru-cache';
import { sharp } from './sharp.js';

/** How much of each pixel a line of text covers: row-major 0..255. `baseline` counts rows from the top. */
export interface TextMask {
  width: number;
  height: number;
  baseline: number;
  coverage: Uint8Array;
}

export interface TextStyle {
  weight: 'regular' | 'bold';
  /** Height of the em square in pixels. */
  size: number;
  /** A line that is too wide is shortened with an ellipsis, or left out. */
  overflow: 'shorten' | 'omit';
}

const require = createRequire(import.meta.url);

const FONTS = {
  regular: { family: 'DejaVu Sans', file: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf') },
  bold: { family: 'DejaVu Sans Bold', file: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf') },
};

// Fontconfig prints errors on a machine without its configuration, and looks through every font on one with it. The
// font package's own rules name no folders, so it stays silent, and text looks the same everywhere.
process.env['FONTCONFIG_FILE'] ??= require.resolve('dejavu-fonts-ttf/fontconfig/57-dejavu-sans.conf');

/** Pango crops its picture to the ink. The bar before each line reaches this far above the baseline in every weight. */
const STRUT = '|';
const STRUT_ASCENT = 0.76;

/** Keeps the strut on the left before text that is written from right to left. */
const LEFT_TO_RIGHT = '\u200e';

const ELLIPSIS = '\u2026';

/** A percentage at the end says more than the end of a long name, so a shortened line keeps it. */
const TRAILING_FIGURE = /\s\S*\d\S*(?:\s?%)?$/u;

/** About 200 lines of text. */
const CACHE_BYTES = 1e6;

const cache = new LRUCache<string, TextMask>({
  maxSize: CACHE_BYTES,
  sizeCalculation: ({ coverage }, key) => coverage.length + key.length * 2,
});

/**
 * Renders one line of text with the bundled DejaVu font (Latin, Cyrillic, Greek, and more). Markup is plain text here.
 *
 * A line wider than `maxWidth` is shortened (a figure at its end is kept) or left out, as `style.overflow` says.
 * Rendered lines are remembered, in at most 1 MB.
 *
 * @param maxWidth in pixels
 * @returns a mask at most `maxWidth` wide; 0x0 where there is nothing to draw
 */
export async function textMask(text: string, style: TextStyle, maxWidth: number): Promise<TextMask> {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  const key = `${style.weight} ${style.size} ${style.overflow} ${maxWidth} ${line}`;
  const known = cache.get(key);
  if (known !== undefined) {
    return known;
  }
  const mask = await fitted(line, style, maxWidth);
  cache.set(key, mask);
  return mask;
}

async function fitted(line: string, style: TextStyle, maxWidth: number): Promise<TextMask> {
  const tail = TRAILING_FIGURE.exec(line)?.[0] ?? '';
  const letters = Array.from(line.slice(0, line.length - tail.length));
  // No glyph of a readable line is narrower than a tenth of its size: what lies beyond cannot fit, so it is never
  // drawn.
  let kept = Math.min(letters.length, Math.ceil((maxWidth / style.size) * 10));
  let mask = await render(shortened(letters, kept, tail), style);
  while (mask.width > maxWidth && kept > 0 && style.overflow === 'shorten') {
    kept = Math.min(kept - 1, Math.floor((kept * maxWidth) / mask.width));
    mask = await render(shortened(letters, kept, tail), style);
  }
  return mask.width > maxWidth ? EMPTY : mask;
}

function shortened(letters: string[], kept: number, tail: string): string {
  return kept === letters.length
    ? letters.join('') + tail
    : letters.slice(0, kept).join('').trimEnd() + ELLIPSIS + tail;
}

const EMPTY: TextMask = { width: 0, height: 0, baseline: 0, coverage: new Uint8Array() };

async function render(line: string, { weight, size }: TextStyle): Promise<TextMask> {
  if (line === '') {
    return EMPTY;
  }
  const { family, file } = FONTS[weight];
  const text = `${LEFT_TO_RIGHT}${STRUT} ${escapeMarkup(line)}`;
  const { data, info } = await sharp({ text: { text, font: `${family} ${size}`, fontfile: file, dpi: 72 } })
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return withoutStrut(data, info.width, info.height, size);
}

/** Cuts the bar and the space after it away, once its top has told where the baseline is. */
function withoutStrut(data: Uint8Array, width: number, height: number, size: number): TextMask {
  const inked = (x: number) => {
    for (let y = 0; y < height; y++) {
      if (data[y * width + x]) {
        return true;
      }
    }
    return false;
  };
  let left = 0;
  while (left < width && inked(left)) {
    left++;
  }
  let top = 0;
  while (top < height && !data.subarray(top * width, top * width + left).some((value) => value > 127)) {
    top++;
  }
  while (left < width && !inked(left)) {
    left++;
  }
  const coverage = new Uint8Array((width - left) * height);
  for (let y = 0; y < height; y++) {
    coverage.set(data.subarray(y * width + left, (y + 1) * width), y * (width - left));
  }
  return { width: width - left, height, baseline: top + Math.round(STRUT_ASCENT * size), coverage };
}

function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
