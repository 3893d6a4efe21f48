import { expect, it, onTestFinished } from 'vitest';
import { MemoryStore } from '../../../src/analysis/store.js';
import { CommandsAhead } from '../../../src/bot/state/commands-ahead.js';

const EXPLAIN = { name: 'explain', argument: 'cat' };
const PREDICT = { name: 'predict', argument: '' };

/** Two processes that remember in one place. */
function processes(): [CommandsAhead, CommandsAhead] {
  const store = new MemoryStore();
  onTestFinished(() => store.close());
  return [new CommandsAhead(store), new CommandsAhead(store)];
}

it('a command is taken by one photo of its chat, whichever process sees that', async () => {
  const [first, second] = processes();
  const taken = first.isTaken(1, EXPLAIN);
  expect(await second.take(2)).toBeNull();
  expect(await Promise.all([second.take(1), first.take(1)])).toEqual([EXPLAIN, null]);
  expect(await taken).toBe(true);
});

it('a command that no photo follows is not taken, and no photo takes it later', async () => {
  const [first, second] = processes();
  expect(await first.isTaken(1, EXPLAIN)).toBe(false);
  expect(await second.take(1)).toBeNull();
});

it('of two commands the newer is taken', async () => {
  const [first, second] = processes();
  const older = first.isTaken(1, EXPLAIN);
  const newer = second.isTaken(1, PREDICT);
  expect(await first.take(1)).toEqual(PREDICT);
  expect(await Promise.all([older, newer])).toEqual([false, true]);
});

it('a command that was taken stays so when another follows', async () => {
  const [first, second] = processes();
  const older = first.isTaken(1, EXPLAIN);
  expect(await second.take(1)).toEqual(EXPLAIN);
  const newer = second.isTaken(1, PREDICT);
  expect(await Promise.all([older, newer])).toEqual([true, false]);
});
