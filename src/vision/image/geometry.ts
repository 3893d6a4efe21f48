/**
 * How a photo of any shape becomes the network's fixed input: stretched to its shape, the largest middle of its shape cut
 * out, or padded to it. With a number, of what is stretched or cut out only so much of each side is kept, the middle:
 * 0.875 is resizing to 256 and cutting 224.
 */
export type ResizeRule = 'stretch' | 'crop' | 'letterbox' | { readonly stretch: number } | { readonly crop: number };

/** The share of each side that is kept at least: less is a mistake, and enlarges a photo without end. */
export const LEAST_SHARE = 0.1;

interface Resizing {
  readonly kind: 'stretch' | 'crop' | 'letterbox';
  /** Of each side, 0..1. */
  readonly share: number;
}

function resizingOf(rule: ResizeRule): Resizing {
  if (typeof rule === 'string') return { kind: rule, share: 1 };
  return 'crop' in rule ? { kind: 'crop', share: rule.crop } : { kind: 'stretch', share: rule.stretch };
}

/** What a picture is made small with, by the names that Keras has for it. */
export const INTERPOLATIONS = ['bilinear', 'bicubic', 'lanczos3'] as const;
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** How a picture is brought to the network's input. */
export interface InputForm {
  readonly resize: ResizeRule;
  readonly interpolation: Interpolation;
}

export interface Size {
  width: number;
  height: number;
}

/**
 * Where the network's input lies on the oriented photo, in fractions of photo width/height: for letterbox it exceeds
 * 0..1.
 */
export interface InputWindow {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * The photo resized as a whole, and the input's top left corner on it, in whole pixels (negative where padding
 * precedes it).
 */
export interface Placement {
  resized: Size;
  left: number;
  top: number;
}

/**
 * Where the input lies on the resized photo. Decoding and the heatmap's frame both follow these whole pixels, so that
 * the map lies exactly where the network looked.
 *
 * @param photo oriented size in pixels, at least 1x1
 * @param input the network's input in pixels
 */
export function placement(rule: ResizeRule, photo: Size, input: Size): Placement {
  const { kind, share } = resizingOf(rule);
  const horizontal = input.width / photo.width / share;
  const vertical = input.height / photo.height / share;
  const scale = kind === 'crop' ? Math.max(horizontal, vertical) : Math.min(horizontal, vertical);
  const [across, down] = kind === 'stretch' ? [horizontal, vertical] : [scale, scale];
  const resized = {
    width: Math.max(1, Math.round(photo.width * across)),
    height: Math.max(1, Math.round(photo.height * down)),
  };
  return { resized, left: centred(resized.width, input.width), top: centred(resized.height, input.height) };
}

/**
 * The part of the photo that the network's input covers, in fractions of the oriented photo's width and height.
 *
 * `stretch` covers exactly the photo. `crop` covers the centred largest region of the input's shape. `letterbox`
 * covers the whole photo and the padding beside it, so that it begins below 0 and extends past 1.
 */
export function inputWindow(rule: ResizeRule, photo: Size, input: Size): InputWindow {
  const { resized, left, top } = placement(rule, photo, input);
  return {
    left: left / resized.width,
    top: top / resized.height,
    width: input.width / resized.width,
    height: input.height / resized.height,
  };
}

function centred(outer: number, inner: number): number {
  return outer >= inner ? Math.floor((outer - inner) / 2) : 0 - Math.floor((inner - outer) / 2);
}
