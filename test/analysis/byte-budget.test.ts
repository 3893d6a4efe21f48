import { expect, test } from 'vitest';
import { ByteBudget } from '../../src/analysis/byte-budget.js';
import type { Release } from '../../src/analysis/byte-budget.js';

/** Takes bytes in the background; the name appears in `taken` once it has them. */
function taking(budget: ByteBudget, taken: string[]): (name: string, bytes: number) => Promise<Release> {
  return async (name, bytes) => {
    const release = await budget.take(bytes);
    taken.push(name);
    return release;
  };
}

test('what fits is taken at once, the rest in the order of asking', async () => {
  const taken: string[] = [];
  const take = taking(new ByteBudget(10), taken);
  const [a, b] = await Promise.all([take('a', 4), take('b', 6)]);
  const c = take('c', 5);
  // It would fit before the one that waits; it must not overtake it.
  const d = take('d', 1);
  a();
  expect(taken).toEqual(['a', 'b']);
  b();
  await Promise.all([c, d]);
  expect(taken).toEqual(['a', 'b', 'c', 'd']);
});

test('a file larger than the whole budget is taken alone', async () => {
  const taken: string[] = [];
  const take = taking(new ByteBudget(10), taken);
  const small = await take('small', 1);
  const large = take('large', 50);
  expect(taken).toEqual(['small']);
  small();
  const release = await large;
  const next = take('next', 1);
  expect(taken).toEqual(['small', 'large']);
  release();
  await next;
  expect(taken).toEqual(['small', 'large', 'next']);
});
