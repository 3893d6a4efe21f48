/** One thing to time; it may be asynchronous. */
export type Task = () => unknown;

export interface Timing {
  readonly name: string;
  /** Median of the counted rounds, milliseconds. */
  readonly median: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** Middle of a sorted copy; the mean of the middle two for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/**
 * Times tasks in turn, A B C A B C ..., so that a machine whose speed drifts treats all of them alike. The first
 * rounds warm compilers and do not count, nor do the first `lead` calls of a turn: they give the task the processor's
 * caches, which it has to itself in service too, and which the task before it has just filled with something else.
 */
export async function timeInTurn(
  tasks: Readonly<Record<string, Task>>,
  rounds: number,
  { warmup = 5, lead = 0 } = {},
): Promise<Map<string, Timing & { readonly rounds: readonly number[] }>> {
  const times = new Map(Object.keys(tasks).map((name) => [name, [] as number[]]));
  for (let round = -warmup; round < rounds; round++) {
    for (const [name, task] of Object.entries(tasks)) {
      for (let call = 0; call < lead; call++) await task();
      const start = performance.now();
      await task();
      const elapsed = performance.now() - start;
      if (round >= 0) times.get(name)?.push(elapsed);
    }
  }
  return new Map(
    [...times].map(([name, each]) => [
      name,
      { name, median: median(each), minimum: Math.min(...each), maximum: Math.max(...each), rounds: each },
    ]),
  );
}

/** Median over the rounds of one task's time by the sum of others' in the same round. */
export function ratio(
  timings: ReadonlyMap<string, { readonly rounds: readonly number[] }>,
  task: string,
  base: readonly string[],
): number {
  const rounds = timings.get(task)?.rounds ?? [];
  return median(
    rounds.map((time, round) => time / base.reduce((sum, name) => sum + (timings.get(name)?.rounds[round] ?? NaN), 0)),
  );
}

/** Largest difference of two arrays relative to the largest magnitude of the first. */
export function relativeDifference(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  if (expected.length !== actual.length) return Infinity;
  let scale = 0;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i] ?? NaN));
    largest = Math.max(largest, Math.abs((expected[i] ?? NaN) - (actual[i] ?? NaN)));
  }
  return largest / scale;
}
