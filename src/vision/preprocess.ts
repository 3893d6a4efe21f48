import { VisionError } from './vision-error.js';
import { isInterval, ofColours, pixelRangeText } from './pixel-range.js';
import type { NamedRange, Normalization, PixelRange } from './pixel-range.js';
import type { InputLayout } from './trunk/runner.js';

/** Luminance weights of ITU-R BT.601, which Keras' greyscale loading uses too. */
const LUMA = [0.299, 0.587, 0.114] as const;

/** The channels of a network's input in their order: which of red, green and blue, and what 0 and 255 become in it. */
type Channels = readonly [Channel, Channel, Channel];
interface Channel {
  readonly from: 0 | 1 | 2;
  readonly low: number;
  readonly high: number;
}

const caffe = (from: 0 | 1 | 2, mean: number): Channel => ({ from, low: -mean, high: 255 - mean });
const torch = (from: 0 | 1 | 2, mean: number, deviation: number): Channel => ({
  from,
  low: -mean / deviation,
  high: (1 - mean) / deviation,
});

/** As `preprocess_input` of `keras.applications.imagenet_utils` has them. */
const NAMED: Readonly<Record<NamedRange, Channels>> = {
  caffe: [caffe(2, 103.939), caffe(1, 116.779), caffe(0, 123.68)],
  torch: [torch(0, 0.485, 0.229), torch(1, 0.456, 0.224), torch(2, 0.406, 0.225)],
};

function normalized({ mean, deviation }: Normalization): Channels {
  const channel = (from: 0 | 1 | 2): Channel => torch(from, mean[from], deviation[from]);
  return [channel(0), channel(1), channel(2)];
}

/** What each byte becomes. */
function tableOf(low: number, high: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, value) => low + ((high - low) * value) / 255);
}

function toColours(pixels: Uint8Array, channels: Channels, layout: InputLayout, input: Float32Array): void {
  const places = pixels.length / 3;
  const [step, stride] = layout === 'nhwc' ? [3, 1] : [1, places];
  channels.forEach(({ from, low, high }, channel) => {
    const table = tableOf(low, high);
    for (let place = 0, at = from, to = channel * stride; place < places; place++, at += 3, to += step) {
      input[to] = table[pixels[at] ?? 0] ?? 0;
    }
  });
}

/**
 * Writes pixels as network input.
 *
 * @param pixels height x width x 3 bytes, RGB, row-major.
 * @param channels 3, or 1 for networks that take greyscale.
 * @param range what 0 and 255 become, or a preprocessing of colours.
 * @param input height * width * channels numbers in `layout`, overwritten.
 * @throws VisionError `invalid-argument` for a preprocessing of colours over one channel.
 */
export function toInput(
  pixels: Uint8Array,
  channels: number,
  range: PixelRange,
  layout: InputLayout,
  input: Float32Array,
): void {
  if (!isInterval(range)) {
    if (channels !== 3) {
      throw new VisionError(
        'invalid-argument',
        `The range ${pixelRangeText(range)} is for colours, and the model takes grey pictures.`,
      );
    }
    const colours = ofColours(range, (name) => NAMED[name], normalized);
    toColours(pixels, colours, layout, input);
    return;
  }
  const [low, high] = range;
  const table = tableOf(low, high);
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
