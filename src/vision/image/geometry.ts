/** How a photo of any shape becomes the network's fixed input. */
export type ResizeRule = 'stretch' | 'crop' | 'letterbox';

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
  if (rule === 'stretch') {
    return { resized: { width: input.width, height: input.height }, left: 0, top: 0 };
  }
  const horizontal = input.width / photo.width;
  const vertical = input.height / photo.height;
  const scale = rule === 'crop' ? Math.max(horizontal, vertical) : Math.min(horizontal, vertical);
  const resized = {
    width: Math.max(1, Math.round(photo.width * scale)),
    height: Math.max(1, Math.round(photo.height * scale)),
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
