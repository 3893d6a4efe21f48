import { describe, expect, it } from 'vitest';
import { Unconfirmed } from '../../src/bot/receiving/unconfirmed.js';

function holding(...ids: readonly number[]): Unconfirmed {
  const unconfirmed = new Unconfirmed();
  for (const id of ids) unconfirmed.take(id);
  return unconfirmed;
}

describe('updates that are not confirmed', () => {
  it('keep the offset at the oldest that is not answered', () => {
    const unconfirmed = holding(10, 11, 12);
    expect(unconfirmed.offset).toBe(10);
    unconfirmed.settle(11, 'answered');
    expect(unconfirmed.offset).toBe(10);
    unconfirmed.settle(10, 'answered');
    expect(unconfirmed.offset).toBe(12);
    unconfirmed.settle(12, 'answered');
    expect(unconfirmed.offset).toBe(13);
  });

  it('are handled once, although Telegram gives them again with the oldest', () => {
    const unconfirmed = holding(10, 11);
    unconfirmed.settle(11, 'answered');
    expect([unconfirmed.take(10), unconfirmed.take(11), unconfirmed.take(12)]).toEqual([false, false, true]);
  });

  it('are handled again where Telegram could not be reached for the answer', () => {
    const unconfirmed = holding(10);
    unconfirmed.settle(10, 'again');
    expect(unconfirmed.offset).toBe(10);
    expect(unconfirmed.take(10)).toBe(true);
  });

  it('say when another is the oldest, and only then', () => {
    const unconfirmed = holding(10, 11, 12);
    let moves = 0;
    unconfirmed.on('moved', () => moves++);
    unconfirmed.settle(11, 'answered');
    unconfirmed.settle(10, 'again');
    expect(moves).toBe(0);
    unconfirmed.settle(10, 'answered');
    expect(moves).toBe(1);
  });

  it('whose numbers begin anew are in the order in which they came', () => {
    const unconfirmed = holding(1_000_000, 500);
    expect(unconfirmed.offset).toBe(1_000_000);
    unconfirmed.settle(1_000_000, 'answered');
    unconfirmed.settle(500, 'answered');
    expect(unconfirmed.offset).toBe(501);
  });

  it('are given up where a hundred of them keep all others from being seen for long', () => {
    const LATER = performance.now() + 21_000;
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(holding(...ids.slice(1)).giveUp(LATER)).toEqual([]);
    const full = holding(...ids);
    expect(full.giveUp()).toEqual([]);
    expect(full.giveUp(LATER)).toEqual(ids);
    expect(full.offset).toBe(101);
  });

  it('are given up sooner where most of those behind them are answered', () => {
    const SOON = performance.now() + 2000;
    const ids = Array.from({ length: 100 }, (_, index) => index + 1);
    const full = holding(...ids);
    for (const id of ids.slice(50)) full.settle(id, 'answered');
    expect(full.giveUp(SOON)).toEqual([]);
    full.settle(50, 'answered');
    expect(full.giveUp(SOON)).toEqual(ids.slice(0, 49));
    expect(full.offset).toBe(101);
  });
});
