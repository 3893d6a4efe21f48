import { describe, expect, it } from 'vitest';
import { inputWindow } from '../../../src/vision/image/geometry.js';
import { upsample } from '../../../src/vision/image/interpolation.js';
import { grid, WHOLE } from './pictures.js';

describe('upsample', () => {
  it('puts cell centres half a cell in, and clamps beyond them', () => {
    expect([...upsample(grid([[0, 1]]), WHOLE, 4, 1)]).toEqual([0, 0.25, 0.75, 1]);
    expect([...upsample(grid([[0], [1]]), WHOLE, 1, 4)]).toEqual([0, 0.25, 0.75, 1]);
  });

  it('equals the bilinear resize of OpenCV and Pillow by hand', () => {
    // cv2.resize(np.float32([[0, .5], [1, .25]]), (4, 4), interpolation=cv2.INTER_LINEAR)
    const expected = [
      [0, 0.125, 0.375, 0.5],
      [0.25, 0.296875, 0.390625, 0.4375],
      [0.75, 0.640625, 0.421875, 0.3125],
      [1, 0.8125, 0.4375, 0.25],
    ];
    expect([
      ...upsample(
        grid([
          [0, 0.5],
          [1, 0.25],
        ]),
        WHOLE,
        4,
        4,
      ),
    ]).toEqual(expected.flat());
  });

  it('is the map itself at its own size', () => {
    const map = grid([
      [0.25, 0.5, 1],
      [0, 0.75, 0.125],
    ]);
    expect(upsample(map, WHOLE, 3, 2)).toEqual(map.values);
  });

  it('spreads a single cell over the whole photo', () => {
    expect([...upsample(grid([[0.5]]), WHOLE, 3, 2)]).toEqual([0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
  });

  it('is zero outside a cropped window', () => {
    const window = inputWindow('crop', { width: 8, height: 4 }, { width: 4, height: 4 });
    expect([
      ...upsample(
        grid([
          [1, 1],
          [1, 1],
        ]),
        window,
        8,
        1,
      ),
    ]).toEqual([0, 0, 1, 1, 1, 1, 0, 0]);
  });

  it('leaves a letterbox’s padding outside the photo', () => {
    const window = inputWindow('letterbox', { width: 8, height: 4 }, { width: 8, height: 8 });
    // Four rows on an input of eight: the photo's rows 2 to 5, two to a cell.
    const map = grid([[1], [0.25], [0.75], [0.5]]);
    expect([...upsample(map, window, 1, 2)]).toEqual([0.25, 0.75]);
  });

  it('refuses values that do not fill the grid', () => {
    expect(() => upsample({ rows: 2, columns: 2, values: new Float32Array(3) }, WHOLE, 4, 4)).toThrow('2 x 2');
  });
});
