/**
 * How much of the memory is in use: in `high` heatmaps are refused and the vision processes recycled, in `critical`
 * new photos are refused too.
 */
export const MEMORY_BANDS = ['normal', 'high', 'critical'] as const;

export type MemoryBand = (typeof MEMORY_BANDS)[number];

/**
 * Shares of the limit at which a band is entered, and left again: of 512 MB, 400 and 500 are entered. The 5 % between
 * keep a figure that trembles at the edge from switching heatmaps on and off.
 */
const ENTER = { high: 0.78, critical: 0.97 } as const;
const LEAVE = { high: 0.73, critical: 0.92 } as const;

/**
 * The band after `band` when this share of the limit is in use.
 *
 * @param share resident bytes divided by the limit
 */
export function nextBand(band: MemoryBand, share: number): MemoryBand {
  const critical = band === 'critical' ? LEAVE.critical : ENTER.critical;
  if (share >= critical) return 'critical';
  const high = band === 'normal' ? ENTER.high : LEAVE.high;
  return share >= high ? 'high' : 'normal';
}
