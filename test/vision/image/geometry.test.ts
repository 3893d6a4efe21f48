import { describe, expect, it } from 'vitest';
import { inputWindow, placement } from '../../../src/vision/image/geometry.js';

const INPUT = { width: 224, height: 224 };

describe('inputWindow', () => {
  it('stretch covers exactly the photo', () => {
    expect(inputWindow('stretch', { width: 1280, height: 960 }, INPUT)).toEqual({
      left: 0,
      top: 0,
      width: 1,
      height: 1,
    });
  });

  it('crop takes the centred largest square', () => {
    expect(inputWindow('crop', { width: 448, height: 224 }, INPUT)).toEqual({
      left: 0.25,
      top: 0,
      width: 0.5,
      height: 1,
    });
    expect(inputWindow('crop', { width: 224, height: 896 }, INPUT)).toEqual({
      left: 0,
      top: 0.375,
      width: 1,
      height: 0.25,
    });
  });

  it('crop follows the input’s shape', () => {
    const window = inputWindow('crop', { width: 400, height: 400 }, { width: 200, height: 100 });
    expect(window).toEqual({ left: 0, top: 0.25, width: 1, height: 0.5 });
  });

  it('of a share keeps that much of each side, as resizing to 256 and cutting 224 does', () => {
    expect(inputWindow({ crop: 0.875 }, { width: 512, height: 256 }, INPUT)).toEqual({
      left: 144 / 512,
      top: 16 / 256,
      width: 224 / 512,
      height: 224 / 256,
    });
    expect(inputWindow({ stretch: 0.875 }, { width: 1280, height: 960 }, INPUT)).toEqual({
      left: 0.0625,
      top: 0.0625,
      width: 0.875,
      height: 0.875,
    });
  });

  it('letterbox exceeds the photo where padding lies', () => {
    expect(inputWindow('letterbox', { width: 448, height: 224 }, INPUT)).toEqual({
      left: 0,
      top: -0.5,
      width: 1,
      height: 2,
    });
    expect(inputWindow('letterbox', { width: 56, height: 224 }, INPUT)).toEqual({
      left: -1.5,
      top: 0,
      width: 4,
      height: 1,
    });
  });

  it.each(['crop', 'letterbox'] as const)('%s of the input’s own shape is the photo', (rule) => {
    expect(inputWindow(rule, { width: 960, height: 960 }, INPUT)).toEqual({ left: 0, top: 0, width: 1, height: 1 });
  });

  it('stays within half an input pixel of the exact region', () => {
    for (const photo of [
      { width: 1280, height: 961 },
      { width: 333, height: 500 },
      { width: 4001, height: 1000 },
    ]) {
      const { left, width } = inputWindow('crop', photo, INPUT);
      const exact = Math.min(1, photo.height / photo.width);
      const inputPixel = exact / INPUT.width;
      expect(Math.abs(width - exact)).toBeLessThan(inputPixel);
      expect(Math.abs(left - (1 - exact) / 2)).toBeLessThanOrEqual(inputPixel);
    }
  });
});

describe('placement', () => {
  it('is in whole pixels, the odd one after', () => {
    expect(placement('crop', { width: 1280, height: 960 }, INPUT)).toEqual({
      resized: { width: 299, height: 224 },
      left: 37,
      top: 0,
    });
    expect(placement('letterbox', { width: 1280, height: 957 }, INPUT)).toEqual({
      resized: { width: 224, height: 167 },
      left: 0,
      top: -28,
    });
  });

  it('never loses a thin photo', () => {
    expect(placement('letterbox', { width: 1000, height: 1 }, INPUT).resized).toEqual({ width: 224, height: 1 });
  });
});
