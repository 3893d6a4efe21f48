/** Gives numbers evenly between two bounds, the same ones for the same seed on every machine (mulberry32). */
export type Random = (count: number, low?: number, high?: number) => Float32Array;

export function randomNumbers(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (count, low = -1, high = 1) => Float32Array.from({ length: count }, () => low + (high - low) * next());
}

/** The same values in another order. */
export function shuffled(values: Float32Array, random: Random): Float32Array {
  const keys = random(values.length);
  const order = [...values.keys()].sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
  return Float32Array.from(order, (index) => values[index] ?? 0);
}

/**
 * Shuffled numbers around zero that keep a distance of 0.06 to each other and at least 0.03 to every whole number:
 * a small change crosses no kink of a ReLU and changes no maximum's winner.
 */
export function awayFromKinks(count: number, random: Random): Float32Array {
  const steps = Float32Array.from({ length: count }, (_, index) => {
    const step = index - Math.floor(count / 2);
    const whole = Math.floor(step / 15);
    return whole + 0.06 + 0.06 * (step - 15 * whole);
  });
  return shuffled(steps, random);
}
