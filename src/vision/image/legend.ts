import type { Pixels } from './decode.js';
import type { Size } from './geometry.js';
import { leastHiding, type PlacedMap } from './legend-place.js';
import { darkenBox, fillGradient, stampText, type Box } from './paint.js';
import { textMask, type TextMask } from './text.js';

/** The words of a legend, ready to read: each is one line of plain text. */
export interface Legend {
  /** Class and probability, such as "dog 93 %". */
  title: string;
  /** What the colours are relative to, such as "relative to this picture's maximum". */
  note: string;
  /** At the cold end of the colour bar. */
  low: string;
  /** At its hot end. */
  high: string;
}

/** Below this shorter side, in pixels, a legend would hide what it explains. */
const MIN_SIDE = 160;

/** The shorter side at which the sizes below are drawn as they are; they shrink and grow with the picture. */
const REFERENCE_SIDE = 600;

const TITLE_SIZE = { usual: 24, least: 15 };
const SMALL_SIZE = { usual: 16, least: 11 };

const BACKGROUND_OPACITY = 0.72;
const SMALL_TEXT_OPACITY = 0.86;

/** The lines of a legend, written for a picture of a certain size, and where they stand in it, in pixels. */
export interface WrittenLegend {
  title: TextMask;
  low: TextMask;
  high: TextMask;
  note: TextMask;
  box: Box;
  /** Of the box' corners. */
  radius: number;
  left: number;
  /** From the words' left end to their right end. */
  content: number;
  /** Baselines. */
  lines: { title: number; bar: number; note: number };
  bar: Box;
}

/**
 * Writes a legend's words for a picture of a size, whose pixels need not be there yet: title, colour bar between its two
 * words, and the note. It stands in the corner where it hides the least of the heatmap, see `leastHiding`.
 *
 * Sizes follow the picture's shorter side. Long words are shortened with an ellipsis; a note that does not fit whole
 * is left out.
 *
 * @returns null for a picture below 160 pixels on its shorter side, which gets no legend
 */
export async function writeLegend(legend: Legend, size: Size, heatmap: PlacedMap): Promise<WrittenLegend | null> {
  const { width, height } = size;
  const side = Math.min(width, height);
  if (side < MIN_SIDE) {
    return null;
  }
  const scale = side / REFERENCE_SIDE;
  const titleSize = Math.max(TITLE_SIZE.least, Math.round(TITLE_SIZE.usual * scale));
  const smallSize = Math.max(SMALL_SIZE.least, Math.round(SMALL_SIZE.usual * scale));
  const margin = Math.round(smallSize * 0.8);
  const room = width - 4 * margin;
  const widest = Math.min(room, smallSize * 24);
  const small = { weight: 'regular', size: smallSize, overflow: 'shorten' } as const;
  const [title, low, high, note] = await Promise.all([
    textMask(legend.title, { weight: 'bold', size: titleSize, overflow: 'shorten' }, room),
    textMask(legend.low, small, Math.round(widest / 4)),
    textMask(legend.high, small, Math.round(widest / 4)),
    textMask(legend.note, { ...small, overflow: 'omit' }, widest),
  ]);
  const padding = margin;
  const gap = Math.round(smallSize * 0.6);
  const words = low.width + high.width + 2 * gap;
  const content = Math.min(room, Math.max(title.width, note.width, words + smallSize * 6));
  const barHeight = Math.round(smallSize * 0.7);
  const first = padding + Math.round(titleSize * 0.78);
  const [second, third] = [first + Math.round(smallSize * 1.7), first + Math.round(smallSize * 3.2)];
  const bottom = (note.width > 0 ? third : second) + Math.round(smallSize * 0.2) + padding;
  const box = leastHiding(size, { width: content + 2 * padding, height: bottom }, margin, heatmap);
  const left = box.left + padding;
  const lines = { title: box.top + first, bar: box.top + second, note: box.top + third };
  return {
    title,
    low,
    high,
    note,
    box,
    radius: Math.round(smallSize * 0.55),
    left,
    content,
    lines,
    bar: { left: left + low.width + gap, top: lines.bar - barHeight, width: content - words, height: barHeight },
  };
}

/**
 * Draws a legend inside the picture, in place.
 *
 * @param legend written for a picture of this size
 * @param table the colours of the bar, 256 RGB triples
 */
export function drawLegend(photo: Pixels, legend: WrittenLegend, table: Uint8Array): void {
  const { title, low, high, note, box, radius, left, content, lines, bar } = legend;
  darkenBox(photo, box, radius, BACKGROUND_OPACITY);
  stampText(photo, title, left, lines.title, 1);
  stampText(photo, low, left, lines.bar, SMALL_TEXT_OPACITY);
  stampText(photo, high, left + content - high.width, lines.bar, SMALL_TEXT_OPACITY);
  stampText(photo, note, left, lines.note, SMALL_TEXT_OPACITY);
  fillGradient(photo, bar, table);
}
