/** Half of the last digit shown: what is nearer than this to 0 or 1 would be rounded to it. */
const HALF_STEP = 0.0005;

/**
 * A share (0..1) with one decimal, such as "93.1%".
 *
 * What is not quite all never reads "100%", and what is not quite nothing never "0%".
 */
export function percentage(share: number): string {
  if (!(share > 0)) return '0%';
  if (share >= 1) return '100%';
  if (share < HALF_STEP) return '<0.1%';
  if (share >= 1 - HALF_STEP) return '>99.9%';
  return `${(share * 100).toFixed(1)}%`;
}
