import { describe, expect, it } from 'vitest';
import { parsePixelRange, pixelRangeText } from '../../src/vision/pixel-range.js';
import type { PixelRange } from '../../src/vision/pixel-range.js';
import { toInput } from '../../src/vision/preprocess.js';
import type { InputLayout } from '../../src/vision/trunk/runner.js';

/** Two places: (0, 51, 255) and (102, 153, 204). */
const PIXELS = Uint8Array.of(0, 51, 255, 102, 153, 204);

function input(channels: number, range: PixelRange, layout: InputLayout, pixels = PIXELS): number[] {
  const made = new Float32Array((pixels.length / 3) * channels).fill(NaN);
  toInput(pixels, channels, range, layout, made);
  return [...made].map((value) => Math.round(value * 1e5) / 1e5);
}

describe('pixels as network input', () => {
  it('keep their order with channels last', () => {
    expect(input(3, [0, 255], 'nhwc')).toEqual([0, 51, 255, 102, 153, 204]);
  });

  it('lie colour by colour with channels first', () => {
    expect(input(3, [0, 255], 'nchw')).toEqual([0, 102, 51, 153, 255, 204]);
  });

  it.each([
    [
      [0, 1],
      [0, 0.2, 1, 0.4, 0.6, 0.8],
    ],
    [
      [-1, 1],
      [-1, -0.6, 1, -0.2, 0.2, 0.6],
    ],
    [
      [1, 0],
      [1, 0.8, 0, 0.6, 0.4, 0.2],
    ],
  ] as const)('run over the range %j', (range, expected) => {
    expect(input(3, range, 'nhwc')).toEqual(expected);
  });

  it.each(['nhwc', 'nchw'] as const)('become grey by their luminance for networks of one channel (%s)', (layout) => {
    const colours = Uint8Array.of(255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0);
    expect(input(1, [0, 1], layout, colours)).toEqual([0.299, 0.587, 0.114, 1, 0]);
    expect(input(1, [-1, 1], layout, colours)).toEqual([-0.402, 0.174, -0.772, 1, -1]);
  });

  it('are blue, green, red minus ImageNet’s means for caffe', () => {
    const bgr = [255 - 103.939, 51 - 116.779, 0 - 123.68, 204 - 103.939, 153 - 116.779, 102 - 123.68];
    const expected = bgr.map((value) => Math.round(value * 1e3) / 1e3);
    expect(input(3, 'caffe', 'nhwc').map((value) => Math.round(value * 1e3) / 1e3)).toEqual(expected);
    const byColour = [0, 3, 1, 4, 2, 5].map((at) => expected[at]);
    expect(input(3, 'caffe', 'nchw').map((value) => Math.round(value * 1e3) / 1e3)).toEqual(byColour);
  });

  it('are 0 to 1 minus ImageNet’s means by its deviations for torch', () => {
    const [means, deviations] = [
      [0.485, 0.456, 0.406],
      [0.229, 0.224, 0.225],
    ];
    const expected = [...PIXELS].map((value, at) => (value / 255 - (means[at % 3] ?? 0)) / (deviations[at % 3] ?? 0));
    input(3, 'torch', 'nhwc').forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] ?? NaN, 4);
    });
    input(3, 'torch', 'nchw').forEach((value, at) => {
      expect(value).toBeCloseTo(expected[[0, 3, 1, 4, 2, 5][at] ?? 0] ?? NaN, 4);
    });
  });

  it('have no colours in networks of one channel', () => {
    expect(() => input(1, 'torch', 'nhwc')).toThrow(/torch.*grey/);
  });

  it('reach both ends of the range exactly', () => {
    const ends = new Float32Array(3);
    toInput(Uint8Array.of(0, 255, 0), 3, [-1, 1], 'nhwc', ends);
    expect([...ends]).toEqual([-1, 1, -1]);
  });
});

describe('a mean and a deviation of each channel', () => {
  it('is Normalize of torchvision, of pixels from 0 to 1', () => {
    const range = parsePixelRange('0.5,0.25,0/0.5,0.25,2');
    if (range === null) throw new RangeError('It is no range.');
    const input = new Float32Array(6);
    toInput(Uint8Array.of(255, 0, 51, 0, 255, 102), 3, range, 'nhwc', input);
    expect([...input].map((value) => Number(value.toFixed(5)))).toEqual([1, -1, 0.1, -1, 3, 0.2]);
  });

  it('with ImageNet’s numbers is what has the name torch', () => {
    const range = parsePixelRange('0.485,0.456,0.406/0.229,0.224,0.225');
    const [said, named] = [new Float32Array(3), new Float32Array(3)];
    toInput(Uint8Array.of(10, 100, 200), 3, range ?? [0, 1], 'nchw', said);
    toInput(Uint8Array.of(10, 100, 200), 3, 'torch', 'nchw', named);
    expect(said).toEqual(named);
  });

  it('may be one number for all, and is refused where it is no such thing', () => {
    expect(parsePixelRange('0.5/0.25')).toEqual(parsePixelRange('0.5,0.5,0.5/0.25,0.25,0.25'));
    for (const text of ['0.5/0', '0.5/-1', '1,2/3', '1/2/3', '/', '1,2,3,4/1,2,3,4', 'a/b']) {
      expect(parsePixelRange(text), text).toBeNull();
    }
    expect(pixelRangeText(parsePixelRange('0.5/0.25') ?? 'caffe')).toBe('0.5,0.5,0.5/0.25,0.25,0.25');
  });
});
