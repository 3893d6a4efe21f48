/**
 * Preprocessing that has a name, as `keras.applications` names it:
 *
 * - `caffe`: blue, green, red; 0 to 255 minus the mean of ImageNet's channels.
 * - `torch`: red, green, blue; 0 to 1 minus the mean, divided by the standard deviation of ImageNet's channels.
 */
export const NAMED_RANGES = ['caffe', 'torch'] as const;

export type NamedRange = (typeof NAMED_RANGES)[number];

/** What pixel values become before a network sees them: what 0 and 255 become, or a preprocessing by its name. */
export type PixelRange = readonly [low: number, high: number] | NamedRange;

/** What is expected where a range is given as text. */
export const EXPECTED_RANGE = 'two different numbers such as 0,1 or -1,1 or 0,255, or caffe or torch';

export function isNamedRange(range: PixelRange): range is NamedRange {
  return typeof range === 'string';
}

/** `lo,hi`, two different numbers, or the name of a preprocessing; null of any other text. */
export function parsePixelRange(text: string): PixelRange | null {
  const word = text.trim().toLowerCase();
  const named = NAMED_RANGES.find((name) => name === word);
  if (named !== undefined) return named;
  const parts = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [low = NaN, high = NaN] = parts;
  return parts.length === 2 && Number.isFinite(low) && Number.isFinite(high) && low !== high ? [low, high] : null;
}

/** The range as `parsePixelRange` takes it. */
export function pixelRangeText(range: PixelRange): string {
  return isNamedRange(range) ? range : range.join(',');
}
