import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/analysis/lane.js';
import { Limiter } from '../../src/analysis/limiter.js';
import { Gate, outcomeOf } from './support.js';

const LIMITS = { engines: 1, queueLimit: 100, personLimit: 100 };

/** Work that begins in turn and ends when the gate is opened; what began and ended is written down. */
function worker(events: string[]) {
  return (lane: Lane, name: string, gate?: Gate, person = 'somebody'): Promise<void> =>
    lane.admit(person, () =>
      lane.inTurn(async () => {
        events.push(`${name} begins`);
        await gate?.opened;
        events.push(`${name} ends`);
      }),
    );
}

/** Lets everything that can happen by now happen. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

describe('predictions before heatmaps', () => {
  it('begins no heatmap while a prediction runs or waits', async () => {
    const limiter = new Limiter(LIMITS);
    const events: string[] = [];
    const work = worker(events);
    const gate = new Gate();
    // Three may run at a time, the fourth waits.
    const predictions = ['a', 'b', 'c', 'd'].map((name) => work(limiter.predictions, name, gate));
    const heatmap = work(limiter.heatmaps, 'heatmap');
    await quiet();
    expect(events).toEqual(['a begins', 'b begins', 'c begins']);
    gate.open();
    await Promise.all([...predictions, heatmap]);
    expect(events.slice(-3)).toEqual(['d ends', 'heatmap begins', 'heatmap ends']);
  });

  it('holds heatmaps that wait when a prediction comes, and leaves the one that runs', async () => {
    const limiter = new Limiter(LIMITS);
    const events: string[] = [];
    const work = worker(events);
    const [running, gate] = [new Gate(), new Gate()];
    const heatmaps = [work(limiter.heatmaps, 'first', running), work(limiter.heatmaps, 'second')];
    const prediction = work(limiter.predictions, 'prediction', gate);
    running.open();
    await quiet();
    expect(events).toEqual(['first begins', 'prediction begins', 'first ends']);
    gate.open();
    await Promise.all([...heatmaps, prediction]);
    expect(events.slice(-3)).toEqual(['prediction ends', 'second begins', 'second ends']);
  });

  it('begins one all the same when its patience ends, and the next when it ends again', async () => {
    const limiter = new Limiter({ ...LIMITS, patienceMs: 5 });
    const events: string[] = [];
    const work = worker(events);
    const gate = new Gate();
    const prediction = work(limiter.predictions, 'prediction', gate);
    const running = new Gate();
    const heatmaps = ['first', 'second'].map((name) => work(limiter.heatmaps, name, running));
    while (events.length < 2) await quiet();
    expect(events).toEqual(['prediction begins', 'first begins']);
    running.open();
    await Promise.all(heatmaps);
    expect(events.at(-1)).toBe('second ends');
    gate.open();
    await prediction;
  });
});

describe('bounds', () => {
  it('refuses what would wait beyond the limit, and takes it again when there is room', async () => {
    const limiter = new Limiter({ ...LIMITS, queueLimit: 2 });
    const work = worker([]);
    const gate = new Gate();
    const taken = ['a', 'b', 'c', 'd', 'e'].map((name) => work(limiter.predictions, name, gate));
    expect(await outcomeOf(work(limiter.predictions, 'f'))).toBe('busy');
    gate.open();
    await Promise.all(taken);
    expect(await outcomeOf(work(limiter.predictions, 'f'))).toBe('resolved');
  });

  it('refuses more than a share of one person, and takes that of others', async () => {
    const limiter = new Limiter({ ...LIMITS, personLimit: 2 });
    const work = worker([]);
    const gate = new Gate();
    const taken = ['a', 'b'].map((name) => work(limiter.predictions, name, gate, 'ayu'));
    expect(await outcomeOf(work(limiter.predictions, 'c', gate, 'ayu'))).toBe('busy');
    taken.push(work(limiter.predictions, 'd', gate, 'budi'), work(limiter.heatmaps, 'e', gate, 'ayu'));
    gate.open();
    expect(await Promise.all(taken.map(outcomeOf))).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
    expect(await outcomeOf(work(limiter.predictions, 'f', gate, 'ayu'))).toBe('resolved');
  });

  it('gives the share back when the work fails', async () => {
    const limiter = new Limiter({ ...LIMITS, personLimit: 1 });
    const failing = (): Promise<void> => limiter.predictions.admit('ayu', () => Promise.reject(new Error('no')));
    await expect(failing()).rejects.toThrow('no');
    await expect(failing()).rejects.toThrow('no');
  });
});

describe('a deadline', () => {
  it('answers what still waits, which is then never begun', async () => {
    const limiter = new Limiter(LIMITS);
    const events: string[] = [];
    const gate = new Gate();
    const prediction = worker(events)(limiter.predictions, 'prediction', gate);
    const late = limiter.heatmaps.inTurn(() => Promise.resolve(events.push('heatmap')), 5);
    expect(await outcomeOf(late)).toBe('timeout');
    gate.open();
    await prediction;
    await quiet();
    expect(events).toEqual(['prediction begins', 'prediction ends']);
  });

  it('tells what runs', async () => {
    const limiter = new Limiter(LIMITS);
    const told = new Gate();
    const work = limiter.heatmaps.inTurn(async (signal) => {
      signal.addEventListener('abort', () => {
        told.open();
      });
      await new Promise(() => undefined);
    }, 5);
    expect(await outcomeOf(work)).toBe('timeout');
    await told.opened;
  });
});

it('stopped, rejects what waits and what comes, and lets what runs end', async () => {
  const limiter = new Limiter(LIMITS);
  const work = worker([]);
  const gate = new Gate();
  const running = ['a', 'b', 'c'].map((name) => work(limiter.predictions, name, gate));
  const waiting = [work(limiter.predictions, 'd'), work(limiter.heatmaps, 'e')];
  limiter.stop();
  expect(await Promise.all(waiting.map(outcomeOf))).toEqual(['stopping', 'stopping']);
  expect(await outcomeOf(work(limiter.predictions, 'f'))).toBe('stopping');
  gate.open();
  expect(await Promise.all(running.map(outcomeOf))).toEqual(['resolved', 'resolved', 'resolved']);
});
