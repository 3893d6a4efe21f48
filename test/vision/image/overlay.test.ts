import { describe, expect, it } from 'vitest';
import { colourTable } from '../../../src/vision/image/colours.js';
import type { Pixels } from '../../../src/vision/image/decode.js';
import { inputWindow } from '../../../src/vision/image/geometry.js';
import { upsample, type HeatmapValues } from '../../../src/vision/image/interpolation.js';
import { writeLegend } from '../../../src/vision/image/legend.js';
import { blend, levelsOver, renderOverlay } from '../../../src/vision/image/overlay.js';
import { sharp } from '../../../src/vision/image/sharp.js';
import { grid, pixel, WHOLE } from './pictures.js';

function textured(width: number, height: number): Pixels {
  return { data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * 7919) % 256), width, height };
}

describe('blend', () => {
  const table = colourTable('inferno');
  const lay = (photo: Pixels, map: HeatmapValues, window = WHOLE): void => {
    blend(photo, levelsOver({ map, window }, photo), table);
  };

  it('leaves the photo alone where the map is zero', () => {
    const photo = textured(31, 17);
    const before = photo.data.slice();
    lay(
      photo,
      grid([
        [0, 0],
        [0, 0],
      ]),
    );
    expect(photo.data).toEqual(before);
  });

  it('lays six tenths of the hottest colour over the photo where the map is one', () => {
    const photo = textured(13, 7);
    const before = photo.data.slice();
    lay(photo, grid([[1]]));
    const hottest = table.subarray(255 * 3);
    photo.data.forEach((value, i) => {
      expect(Math.abs(value - (0.4 * (before[i] ?? 0) + 0.6 * (hottest[i % 3] ?? 0)))).toBeLessThanOrEqual(0.51);
    });
  });

  it('follows (1 - 0.6 m) photo + 0.6 m colour(m) of the upsampled map', () => {
    const map = grid([
      [0, 0.3, 1],
      [0.6, 0, 0.2],
      [0.9, 0.1, 0],
    ]);
    const window = inputWindow('crop', { width: 60, height: 40 }, { width: 30, height: 30 });
    const photo = textured(60, 40);
    const before = photo.data.slice();
    lay(photo, map, window);
    const exact = upsample(map, window, 60, 40);
    photo.data.forEach((value, i) => {
      const m = exact[Math.floor(i / 3)] ?? 0;
      const colour = table[Math.round(m * 255) * 3 + (i % 3)] ?? 0;
      expect(Math.abs(value - ((1 - 0.6 * m) * (before[i] ?? 0) + 0.6 * m * colour))).toBeLessThan(3);
    });
  });

  it('leaves the photo alone outside the window', () => {
    const photo = textured(8, 2);
    const before = photo.data.slice();
    lay(photo, grid([[1]]), { left: 0.25, top: 0, width: 0.5, height: 1 });
    for (const x of [0, 1, 6, 7]) {
      expect(pixel(photo, x, 1)).toEqual(pixel({ data: before, width: 8 }, x, 1));
    }
    expect(pixel(photo, 3, 1)).not.toEqual(pixel({ data: before, width: 8 }, 3, 1));
  });

  it('takes values beyond 0..1 as the ends, and what is no number as nothing', () => {
    const photo = textured(3, 1);
    const expected = textured(3, 1);
    lay(photo, grid([[-4], [0]]));
    expect(photo.data).toEqual(expected.data);
    lay(photo, grid([[Number.NaN]]));
    expect(photo.data).toEqual(expected.data);
    lay(photo, grid([[7]]));
    lay(expected, grid([[1]]));
    expect(photo.data).toEqual(expected.data);
  });
});

describe('renderOverlay', () => {
  it.each([
    [800, 600],
    [161, 240],
    [320, 9],
  ])('makes a JPEG of the photo’s %i x %i pixels', async (width, height) => {
    const words = { title: 'dog 93 %', note: "relative to this picture's maximum", low: 'low', high: 'high' };
    const map = grid([
      [0, 1],
      [0.5, 0],
    ]);
    const placed = { map, window: WHOLE };
    const jpeg = await renderOverlay({
      photo: textured(width, height),
      levels: levelsOver(placed, { width, height }),
      colourMap: 'turbo',
      legend: await writeLegend(words, { width, height }, placed),
    });
    expect(await sharp(jpeg).metadata()).toMatchObject({ format: 'jpeg', width, height, channels: 3 });
  });

  it('takes fewer bytes at a lower quality', async () => {
    const size = async (quality: number) => {
      const photo = textured(64, 64);
      const levels = new Uint8Array(64 * 64);
      return (await renderOverlay({ photo, levels, colourMap: 'inferno', quality })).length;
    };
    expect(await size(40)).toBeLessThan(await size(90));
  });
});
