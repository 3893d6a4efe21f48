import { describe, expect, it } from 'vitest';
import { colourTable } from '../../../src/vision/image/colours.js';

const at = (table: Uint8Array, level: number) => [...table.subarray(level * 3, level * 3 + 3)];

describe('colourTable', () => {
  it.each([
    // First and last entries as matplotlib lists them.
    ['inferno', [0, 0, 4], [252, 255, 164]],
    ['magma', [0, 0, 4], [252, 253, 191]],
    ['viridis', [68, 1, 84], [253, 231, 37]],
  ] as const)('%s runs between its known ends', (name, low, high) => {
    const table = colourTable(name);
    expect(table).toHaveLength(768);
    expect(at(table, 0)).toEqual(low);
    expect(at(table, 255)).toEqual(high);
  });

  it('turbo goes from blue over green to red', () => {
    const table = colourTable('turbo');
    const [red = 0, green = 0, blue = 0] = at(table, 128);
    expect(green).toBeGreaterThan(Math.max(red, blue));
    expect(at(table, 40)[2]).toBeGreaterThan(200);
    expect(at(table, 220)[0]).toBeGreaterThan(190);
  });

  it.each(['inferno', 'magma', 'viridis'] as const)('%s gets lighter at every step', (name) => {
    const table = colourTable(name);
    const lightness = (level: number) => {
      const [red = 0, green = 0, blue = 0] = at(table, level);
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    for (let level = 8; level < 256; level += 8) {
      expect(lightness(level)).toBeGreaterThan(lightness(level - 8));
    }
  });

  it('is made once', () => {
    expect(colourTable('inferno')).toBe(colourTable('inferno'));
  });
});
