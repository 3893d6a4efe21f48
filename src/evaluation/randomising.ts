import { mean, rank, shuffler } from 'd3-array';
import type { Compiled, Step } from '../vision/trunk/plan.js';

/** Operations that hold what was learnt of single classes. */
const LEARNT: readonly string[] = ['dense', 'conv'];

/** A step with the values inside each of its tensors in a random order: their distribution stays. */
function shuffledStep(step: Step, random: () => number): Step {
  const shuffle = shuffler(random);
  const shuffled = (value: unknown): unknown => {
    if (value instanceof Float32Array) return shuffle(value.slice());
    if (Array.isArray(value)) return value.map(shuffled);
    if (typeof value !== 'object' || value === null) return value;
    // Where the trained values are stored is where a runner would read them.
    const entries = Object.entries(value).filter(([key]) => key !== 'stored');
    return Object.fromEntries(entries.map(([key, each]) => [key, shuffled(each)]));
  };
  return shuffled(step) as Step;
}

/**
 * The network with weights shuffled, for the model parameter randomisation test (Adebayo et al. 2018, section 3): of its
 * last layer alone, or of all layers, which is where cascading from the last to the first ends.
 *
 * @param random uniform numbers of 0..1
 * @returns null where the head has no layer with weights, and for graphs that run whole, whose weights are not at hand
 */
export function randomised(compiled: Compiled, which: 'last' | 'all', random: () => number): Compiled | null {
  const { plan, whole } = compiled;
  if (whole !== null) return null;
  if (which === 'all') {
    const shuffledSteps = (steps: readonly Step[]): Step[] => steps.map((step) => shuffledStep(step, random));
    return { ...compiled, plan: { ...plan, trunk: shuffledSteps(plan.trunk), head: shuffledSteps(plan.head) } };
  }
  const last = plan.head.findLastIndex(({ operation }) => LEARNT.includes(operation.op));
  if (last < 0) return null;
  const head = plan.head.map((step, index) => (index === last ? shuffledStep(step, random) : step));
  return { ...compiled, plan: { ...plan, head } };
}

/** Spearman's rank correlation of two equally long series, -1..1; 0 where one of them is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [averageRanks(a), averageRanks(b)];
  const [meanX = 0, meanY = 0] = [mean(x), mean(y)];
  let [both, alone, other] = [0, 0, 0];
  x.forEach((value, index) => {
    const [dx, dy] = [value - meanX, (y[index] ?? 0) - meanY];
    both += dx * dy;
    alone += dx * dx;
    other += dy * dy;
  });
  return alone > 0 && other > 0 ? both / Math.sqrt(alone * other) : 0;
}

/** Ranks from 0, equal values sharing the mean of theirs: maps have many zeros. */
function averageRanks(values: ArrayLike<number>): number[] {
  const lowest = Array.from(rank(Array.from(values)));
  const equals = new Map<number, number>();
  for (const each of lowest) equals.set(each, (equals.get(each) ?? 0) + 1);
  return lowest.map((each) => each + ((equals.get(each) ?? 1) - 1) / 2);
}
