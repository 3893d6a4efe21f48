import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Lane } from '../../src/analysis/lane.js';
import { HeatmapScheduler } from '../../src/analysis/heatmap-scheduler.js';
import { Gate, outcomeOf } from './support.js';

const LIMITS = { engines: 1, queueLimit: 100, personLimit: 100, heatmapTimeoutMs: 60_000 };

/** Work that begins in turn and ends when the gate is opened; what began and ended is written down. */
function worker(events: string[]) {
  return (lane: Lane, name: string, gate?: Gate, person = 'somebody'): Promise<void> =>
    lane.admit(person, () =>
      lane.inTurn(person, async () => {
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
    const scheduler = new HeatmapScheduler(LIMITS);
    const events: string[] = [];
    const work = worker(events);
    const gate = new Gate();
    // Three may run at a time, the fourth waits.
    const predictions = ['a', 'b', 'c', 'd'].map((name) => work(scheduler.predictions, name, gate));
    const heatmap = work(scheduler.heatmaps, 'heatmap');
    await quiet();
    expect(events).toEqual(['a begins', 'b begins', 'c begins']);
    gate.open();
    await Promise.all([...predictions, heatmap]);
    expect(events.slice(-3)).toEqual(['d ends', 'heatmap begins', 'heatmap ends']);
  });

  it('holds heatmaps that wait when a prediction comes, and leaves the one that runs', async () => {
    const scheduler = new HeatmapScheduler(LIMITS);
    const events: string[] = [];
    const work = worker(events);
    const [running, gate] = [new Gate(), new Gate()];
    const heatmaps = [work(scheduler.heatmaps, 'first', running), work(scheduler.heatmaps, 'second')];
    const prediction = work(scheduler.predictions, 'prediction', gate);
    running.open();
    await quiet();
    expect(events).toEqual(['first begins', 'prediction begins', 'first ends']);
    gate.open();
    await Promise.all([...heatmaps, prediction]);
    expect(events.slice(-3)).toEqual(['prediction ends', 'second begins', 'second ends']);
  });

  it('begins one all the same when its patience ends, and the next when it ends again', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, patienceMs: 5 });
    const events: string[] = [];
    const work = worker(events);
    const gate = new Gate();
    const prediction = work(scheduler.predictions, 'prediction', gate);
    const running = new Gate();
    const heatmaps = ['first', 'second'].map((name) => work(scheduler.heatmaps, name, running));
    while (events.length < 2) await quiet();
    expect(events).toEqual(['prediction begins', 'first begins']);
    running.open();
    await Promise.all(heatmaps);
    expect(events.at(-1)).toBe('second ends');
    gate.open();
    await prediction;
  });
});

describe('heatmaps that have lost their patience', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** So many heatmaps behind so many predictions that never end, each of which usually takes 100 ms. */
  async function behind(predictions: number): Promise<{ begun: () => number; pass: (ms: number) => Promise<void> }> {
    const scheduler = new HeatmapScheduler({ ...LIMITS, patienceMs: 10_000 });
    const events: string[] = [];
    const work = worker(events);
    scheduler.predictions.took(100);
    for (let i = 0; i < predictions; i++) void work(scheduler.predictions, `prediction ${i}`, new Gate());
    for (let i = 0; i < 9; i++) void work(scheduler.heatmaps, `heatmap ${i}`);
    await quiet();
    return {
      begun: () => events.filter((event) => /^heatmap .* begins$/.test(event)).length,
      pass: async (ms) => {
        vi.advanceTimersByTime(ms);
        await quiet();
      },
    };
  }

  it('begin one soon after the other while few predictions wait', async () => {
    const { begun, pass } = await behind(5);
    await pass(9_999);
    expect(begun()).toBe(0);
    await pass(1);
    expect(begun()).toBe(1);
    for (let i = 2; i <= 4; i++) {
      await pass(200);
      expect(begun()).toBe(i);
    }
  });

  it('begin one a patience while many do', async () => {
    const { begun, pass } = await behind(50);
    await pass(10_000);
    await pass(9_999);
    expect(begun()).toBe(1);
    await pass(1);
    expect(begun()).toBe(2);
  });
});

describe('bounds', () => {
  it('refuses what would wait beyond the limit, and takes it again when there is room', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, queueLimit: 2 });
    const work = worker([]);
    const gate = new Gate();
    const taken = ['a', 'b', 'c', 'd', 'e'].map((name) => work(scheduler.predictions, name, gate));
    expect(await outcomeOf(work(scheduler.predictions, 'f'))).toBe('busy');
    gate.open();
    await Promise.all(taken);
    expect(await outcomeOf(work(scheduler.predictions, 'f'))).toBe('resolved');
  });

  it('refuses more than a share of one person, and takes that of others', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, personLimit: 2 });
    const work = worker([]);
    const gate = new Gate();
    const taken = ['a', 'b'].map((name) => work(scheduler.predictions, name, gate, 'ayu'));
    expect(await outcomeOf(work(scheduler.predictions, 'c', gate, 'ayu'))).toBe('busy');
    taken.push(work(scheduler.predictions, 'd', gate, 'budi'), work(scheduler.heatmaps, 'e', gate, 'ayu'));
    gate.open();
    expect(await Promise.all(taken.map(outcomeOf))).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
    expect(await outcomeOf(work(scheduler.predictions, 'f', gate, 'ayu'))).toBe('resolved');
  });

  it('gives the share back when the work fails', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, personLimit: 1 });
    const failing = (): Promise<void> => scheduler.predictions.admit('ayu', () => Promise.reject(new Error('no')));
    await expect(failing()).rejects.toThrow('no');
    await expect(failing()).rejects.toThrow('no');
  });
});

describe('a deadline', () => {
  it('answers what still waits, which is then never begun', async () => {
    const scheduler = new HeatmapScheduler(LIMITS);
    const events: string[] = [];
    const gate = new Gate();
    const prediction = worker(events)(scheduler.predictions, 'prediction', gate);
    const late = scheduler.heatmaps.inTurn('ayu', () => Promise.resolve(events.push('heatmap')), 5);
    expect(await outcomeOf(late)).toBe('busy');
    gate.open();
    await prediction;
    await quiet();
    expect(events).toEqual(['prediction begins', 'prediction ends']);
  });

  it('tells what runs', async () => {
    const scheduler = new HeatmapScheduler(LIMITS);
    const told = new Gate();
    const work = scheduler.heatmaps.inTurn(
      'ayu',
      async (signal) => {
        signal.addEventListener('abort', () => {
          told.open();
        });
        await new Promise(() => undefined);
      },
      5,
    );
    expect(await outcomeOf(work)).toBe('timeout');
    await told.opened;
  });
});

it('stopped, rejects what waits and what comes, and lets what runs end', async () => {
  const scheduler = new HeatmapScheduler(LIMITS);
  const work = worker([]);
  const gate = new Gate();
  const running = ['a', 'b', 'c'].map((name) => work(scheduler.predictions, name, gate));
  const waiting = [work(scheduler.predictions, 'd'), work(scheduler.heatmaps, 'e')];
  scheduler.stop();
  expect(await Promise.all(waiting.map(outcomeOf))).toEqual(['stopping', 'stopping']);
  expect(await outcomeOf(work(scheduler.predictions, 'f'))).toBe('stopping');
  gate.open();
  expect(await Promise.all(running.map(outcomeOf))).toEqual(['resolved', 'resolved', 'resolved']);
});

describe('people', () => {
  it.each(['predictions', 'heatmaps'] as const)('take turns at %s, whoever asked for more', async (kind) => {
    const scheduler = new HeatmapScheduler(LIMITS);
    const events: string[] = [];
    const work = worker(events);
    const gate = new Gate();
    const own = Array.from({ length: 100 }, (_, index) => work(scheduler[kind], `ayu ${index}`, gate, 'ayu'));
    const others = ['budi 0', 'budi 1'].map((name) => work(scheduler[kind], name, gate, 'budi'));
    others.push(work(scheduler[kind], 'citra 0', gate, 'citra'));
    gate.open();
    await Promise.all([...own, ...others]);
    const begun = events.filter((event) => event.endsWith('begins')).map((event) => event.replace(' begins', ''));
    const running = kind === 'predictions' ? 3 : 1;
    expect(begun.slice(running, running + 6)).toEqual([
      `ayu ${running}`,
      'budi 0',
      'citra 0',
      `ayu ${running + 1}`,
      'budi 1',
      `ayu ${running + 2}`,
    ]);
    expect(begun).toHaveLength(103);
  });
});

describe('heatmaps wait', () => {
  const admitted = (scheduler: HeatmapScheduler, person: string, gate: Gate): Promise<void> =>
    scheduler.admitHeatmap(person, () => scheduler.heatmaps.inTurn(person, () => gate.opened));

  it('as many as there are, as long as their deadline may be kept', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, queueLimit: 1 });
    const gate = new Gate();
    scheduler.heatmaps.took(20);
    const asked = Array.from({ length: 400 }, () => outcomeOf(admitted(scheduler, 'ayu', gate)));
    gate.open();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['resolved']));
  });

  it('and count on the quickest, for the others may have been slowed down', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, heatmapTimeoutMs: 2000 });
    const gate = new Gate();
    scheduler.heatmaps.took(5);
    for (let slow = 0; slow < 20; slow++) scheduler.heatmaps.took(200);
    expect(scheduler.heatmapMs('ayu', 60)).toBeGreaterThan(2000);
    const asked = Array.from({ length: 60 }, () => outcomeOf(admitted(scheduler, 'ayu', gate)));
    gate.open();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['resolved']));
  });

  it('whatever the first ones have taken, which find everything cold', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, heatmapTimeoutMs: 1000 });
    const gate = new Gate();
    for (let cold = 0; cold < 10; cold++) scheduler.heatmaps.took(200);
    const asked = Array.from({ length: 60 }, () => outcomeOf(admitted(scheduler, 'ayu', gate)));
    gate.open();
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['resolved']));
  });

  it('and are busy where it cannot be kept, which another person’s first can', async () => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, heatmapTimeoutMs: 1000 });
    const gate = new Gate();
    for (let made = 0; made < 20; made++) scheduler.heatmaps.took(25);
    const asked = Array.from({ length: 60 }, () => outcomeOf(admitted(scheduler, 'ayu', gate)));
    expect(['ayu', 'budi'].map((person) => scheduler.heatmapMs(person))).toEqual([1025, 50]);
    expect(scheduler.heatmapMs('ayu', 3)).toBe(1075);
    asked.push(outcomeOf(admitted(scheduler, 'budi', gate)));
    gate.open();
    const outcomes = await Promise.all(asked);
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(60 - 40);
    expect(outcomes.at(-1)).toBe('resolved');
  });

  it.each([
    ['for the predictions before them', 60_000],
    ['and no longer than its patience for the predictions before them', 1],
  ])('%s', async (_, patienceMs) => {
    const scheduler = new HeatmapScheduler({ ...LIMITS, patienceMs });
    scheduler.predictions.took(25);
    expect(scheduler.heatmapMs('ayu')).toBe(0);
    const gate = new Gate();
    const predictions = Array.from({ length: 6 }, (_, index) => worker([])(scheduler.predictions, `${index}`, gate));
    expect(scheduler.heatmapMs('ayu')).toBeCloseTo(Math.min(6 * 25, patienceMs));
    gate.open();
    await Promise.all(predictions);
  });
});
