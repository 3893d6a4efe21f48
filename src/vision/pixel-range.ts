/**
 * Preprocessing that has a name, as `keras.applications` names it:
 *
 * - `caffe`: blue, green, red; 0 to 255 minus the mean of ImageNet's channels.
 * - `torch`: red, green, blue; 0 to 1 minus the mean, divided by the standard deviation of ImageNet's channels.
 */
export const NAMED_RANGES = ['caffe', 'torch'] as const;

export type NamedRange = (typeof NAMED_RANGES)[number];

type OfColours = readonly [red: number, green: number, blue: number];

/** Pixels from 0 to 1 minus a mean, divided by a standard deviation, each of its channel: `Normalize` of torchvision. */
export interface Normalization {
  readonly mean: OfColours;
  readonly deviation: OfColours;
}

/** What 0 and 255 become. */
type Interval = readonly [low: number, high: number];

/** What pixel values become before a network sees them. */
export type PixelRange = Interval | NamedRange | Normalization;

/** What is expected where a range is given as text. */
export const EXPECTED_RANGE =
  'two different numbers such as 0,1 or -1,1 or 0,255, or caffe or torch, or mean/deviation such as 0.5,0.5,0.5/0.2,0.2,0.2';

function isNamed(range: PixelRange): range is NamedRange {
  return typeof range === 'string';
}

/** Whether all channels are treated alike; else the range is one of colours, which grey pictures have none of. */
export function isInterval(range: PixelRange): range is Interval {
  return Array.isArray(range);
}

/** `ifNamed` or `ifNormalized` of a range of colours. */
export function ofColours<T>(
  range: Exclude<PixelRange, Interval>,
  ifNamed: (name: NamedRange) => T,
  ifNormalized: (normalization: Normalization) => T,
): T {
  return isNamed(range) ? ifNamed(range) : ifNormalized(range);
}

function numbersIn(text: string): number[] {
  return text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
}

/** Three numbers, or one for each of three channels; null of any other text. */
function coloursIn(text: string): OfColours | null {
  const numbers = numbersIn(text);
  const [red = NaN, green = red, blue = red] = numbers;
  return numbers.every(Number.isFinite) && [1, 3].includes(numbers.length) ? [red, green, blue] : null;
}

/** `lo,hi`, two different numbers, the name of a preprocessing, or `mean/deviation`; null of any other text. */
export function parsePixelRange(text: string): PixelRange | null {
  const word = text.trim().toLowerCase();
  const named = NAMED_RANGES.find((name) => name === word);
  if (named !== undefined) return named;
  const [first = '', second, more] = word.split('/');
  if (second !== undefined) {
    const [mean, deviation] = [coloursIn(first), coloursIn(second)];
    if (mean === null || deviation === null || more !== undefined) return null;
    return deviation.every((each) => each > 0) ? { mean, deviation } : null;
  }
  const parts = numbersIn(word);
  const [low = NaN, high = NaN] = parts;
  return parts.length === 2 && Number.isFinite(low) && Number.isFinite(high) && low !== high ? [low, high] : null;
}

/** The range as `parsePixelRange` takes it. */
export function pixelRangeText(range: PixelRange): string {
  if (isInterval(range)) return range.join(',');
  return ofColours(
    range,
    (name) => name,
    ({ mean, deviation }) => `${mean.join(',')}/${deviation.join(',')}`,
  );
}
