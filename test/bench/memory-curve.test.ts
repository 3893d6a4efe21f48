import { expect, it } from 'vitest';
import { slopeOfLastHalf } from '../../bench/soak/memory-curve.js';

/** Looks at a memory that swings by 40 MB as vision processes come and go, over ten thousand photos. */
function swinging(bytesAPhoto: number) {
  return Array.from({ length: 4000 }, (_, index) => {
    const photos = index * 2.5;
    return { photos, bytes: 150e6 + 20e6 * Math.sin(index * 0.37) + bytesAPhoto * photos };
  });
}

it('growth is told from the swinging of memory, with how sure that is', () => {
  const [flat, growing] = [slopeOfLastHalf(swinging(0)), slopeOfLastHalf(swinging(2048))];
  expect(Math.abs(flat.bytes)).toBeLessThan(3 * flat.error);
  expect(growing.bytes - flat.bytes).toBeCloseTo(2048, 3);
  expect(growing.error).toBeLessThan(200);
});

it('what was before the last half of the photos does not count', () => {
  const looks = Array.from({ length: 1000 }, (_, photos) => ({ photos, bytes: Math.min(photos, 400) * 1e6 }));
  expect(slopeOfLastHalf(looks)).toEqual({ bytes: 0, error: 0 });
});
