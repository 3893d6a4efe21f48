import type { Pixels } from './decode.js';
import type { Size } from './geometry.js';
import { leastHiding, type PlacedMap } from './legend-place.js';
import { darkenBox, fillGradient, stampText } from './paint.js';
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

/** The lines of a legend, written for a picture of a certain size, and what measures they keep. */
export interface WrittenLegend {
  title: TextMask;
  low: TextMask;
  high: TextMask;
  note: TextMask;
  titleSize: number;
  smallSize: number;
  /** Pixels between the box and the picture's edge, and between the box and its words. */
  margin: number;
  /** Pixels that a line may be wide. */
  room: number;
}

/**
 * Writes a legend's words for a picture of a size, whose pixels need not be there yet.
 *
 * Sizes follow the picture's shorter side. Long words are shortened with an ellipsis; a note that does not fit whole
 * is left out.
 *
 * @returns null for a picture below 160 pixels on its shorter side, which gets no legend
 */
export async function writeLegend(legend: Legend, { width, height }: Size): Promise<WrittenLegend | null> {
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
  return { title, low, high, note, titleSize, smallSize, margin, room };
}

/**
 * Draws a legend inside the picture, in place: title, colour bar between its two words, and the note. It stands in the
 * corner where it hides the least of the heatmap, see `leastHiding`.
 *
 * @param legend written for a picture of this size
 * @param table the colours of the bar, 256 RGB triples
 */
export function drawLegend(photo: Pixels, legend: WrittenLegend, table: Uint8Array, heatmap: PlacedMap): void {
  const { title, low, high, note, titleSize, smallSize, margin, room } = legend;
  const padding = margin;
  const gap = Math.round(smallSize * 0.6);
  const words = low.width + high.width + 2 * gap;
  const content = Math.min(room, Math.max(title.width, note.width, words + smallSize * 6));
  const barHeight = Math.round(smallSize * 0.7);
  const lines = {
    title: padding + Math.round(titleSize * 0.78),
    bar: padding + Math.round(titleSize * 0.78) + Math.round(smallSize * 1.7),
    note: padding + Math.round(titleSize * 0.78) + Math.round(smallSize * 3.2),
  };
  const bottom = (note.width > 0 ? lines.note : lines.bar) + Math.round(smallSize * 0.2) + padding;
  const box = leastHiding(photo, { width: content + 2 * padding, height: bottom }, margin, heatmap);
  const left = box.left + padding;

  darkenBox(photo, box, Math.round(smallSize * 0.55), BACKGROUND_OPACITY);
  stampText(photo, title, left, box.top + lines.title, 1);
  stampText(photo, low, left, box.top + lines.bar, SMALL_TEXT_OPACITY);
  stampText(photo, high, left + content - high.width, box.top + lines.bar, SMALL_TEXT_OPACITY);
  stampText(photo, note, left, box.top + lines.note, SMALL_TEXT_OPACITY);
  const bar = { left: left + low.width + gap, top: box.top + lines.bar - barHeight, height: barHeight };
  fillGradient(photo, { ...bar, width: content - words }, table);
}
