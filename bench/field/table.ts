import { median } from '../measure.js';
import type { Measured } from './measuring.js';

/** Of one that could not be measured. */
const NONE = '-';

/** Median, and from the least to the most: "7.3 (7.1 to 9.0)". */
function spread(values: readonly number[]): string {
  if (values.length === 0) return NONE;
  const digits = median(values) < 100 ? 1 : 0;
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
}

const difference = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

function lines(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Two tables in Markdown: what it takes, and how far the values lie apart. */
export function tables(measured: readonly Measured[]): string {
  const first = measured[0];
  if (first === undefined) return 'Nobody takes part.\n';
  const times = (each: Measured): string =>
    each.picture.length === 0 ? NONE : (median(each.picture) / median(first.picture)).toFixed(2);
  const taken = lines(
    [
      'one thread',
      'forward pass, ms',
      'and heatmap, ms',
      'photo to picture, ms',
      ': first',
      'start, ms',
      'memory, MB',
      'installed, MB',
    ],
    measured.map((each) => [
      each.entry.name,
      spread(each.forward),
      spread(each.heatmap),
      spread(each.picture),
      times(each),
      spread(each.starts),
      Number.isNaN(each.memory) ? NONE : each.memory.toFixed(0),
      each.entry.installed.toFixed(0),
    ]),
  );
  const apart = lines(
    [`largest difference from ${first.entry.name}`, 'of a probability', 'of a place of a map'],
    measured
      .slice(1)
      .map(({ entry, differences }) => [entry.name, difference(differences.probability), difference(differences.map)]),
  );
  return `${taken}\n\n${apart}\n`;
}
