/**
 * How much of the memory is in use: in `high` heatmaps are refused and the vision processes recycled, in `critical`
 * new photos are refused too.
 */
export const MEMORY_BANDS = ['normal', 'high', 'critical'] as const;

export type MemoryBand = (typeof MEMORY_BANDS)[number];

/** Where a band is entered: at a share of the limit, but so many bytes always stay free, whose use decoding is. */
const ENTER = {
  high: { share: 0.78, free: 48 * 2 ** 20 },
  critical: { share: 0.97, free: 12 * 2 ** 20 },
} as const;

/**
 * The share of the limit that a band is left below where it was entered: of 512 MB, `high` is entered at 400 and left at
 * 374. A figure that trembles at the edge must not switch heatmaps on and off.
 */
const BELOW = 0.05;

/** Bytes from which on a band is entered. */
export function enteredAt(band: keyof typeof ENTER, limit: number): number {
  const { share, free } = ENTER[band];
  return Math.min(share * limit, limit - free);
}

/**
 * The band after `band` when so much of the limit is in use.
 *
 * @param used bytes
 * @param limit bytes
 */
export function nextBand(band: MemoryBand, used: number, limit: number): MemoryBand {
  const reaches = (which: keyof typeof ENTER, isIn: boolean): boolean =>
    used >= enteredAt(which, limit) - (isIn ? BELOW * limit : 0);
  if (reaches('critical', band === 'critical')) return 'critical';
  return reaches('high', band !== 'normal') ? 'high' : 'normal';
}
