import type { InputLayout } from './trunk/runner.js';

/** Luminance weights of ITU-R BT.601, which Keras' greyscale loading uses too. */
const LUMA = [0.299, 0.587, 0.114] as const;

/**
 * Writes pixels as network input.
 *
 * @param pixels height x width x 3 bytes, RGB, row-major.
 * @param channels 3, or 1 for networks that take greyscale.
 * @param range what 0 and 255 become.
 * @param input height * width * channels numbers in `layout`, overwritten.
 */
export function toInput(
  pixels: Uint8Array,
  channels: number,
  range: readonly [number, number],
  layout: InputLayout,
  input: Float32Array,
): void {
  const [low, high] = range;
  const table = Float32Array.from({ length: 256 }, (_, value) => low + ((high - low) * value) / 255);
  const places = pixels.length / 3;
  if (channels === 1) {
    const scale = (high - low) / 255;
    for (let place = 0, at = 0; place < places; place++, at += 3) {
      const [red = 0, green = 0, blue = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
      input[place] = low + scale * (LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue);
    }
    return;
  }
  if (layout === 'nhwc') {
    for (let at = 0; at < input.length; at++) input[at] = table[pixels[at] ?? 0] ?? 0;
    return;
  }
  for (let place = 0, at = 0; place < places; place++, at += 3) {
    input[place] = table[pixels[at] ?? 0] ?? 0;
    input[place + places] = table[pixels[at + 1] ?? 0] ?? 0;
    input[place + 2 * places] = table[pixels[at + 2] ?? 0] ?? 0;
  }
}
