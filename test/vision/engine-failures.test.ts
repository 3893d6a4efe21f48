import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine as EngineOf, Photo } from '../../src/vision/engine.js';
import { noise, photograph, slowPhotograph } from '../support/pictures.js';
import { HAS_PROC, isAlive, untilGone, visionProcesses } from '../support/processes.js';
import { codeOf, engineModule, goldenFolder, withEngine } from '../support/sorot.js';

const { Engine, photoOf } = engineModule;
const model = goldenFolder('flatten-dense');

/** Milliseconds that no slow photograph is decoded in. */
const TINY = 25;

let quick: Photo;
let slow: Photo;
let shared: EngineOf;

beforeAll(async () => {
  quick = photoOf(await photograph(1));
  slow = photoOf(await slowPhotograph());
  shared = await Engine.start({ model, name: 'shared' });
});

afterAll(() => shared.close());

/** The engine of all tests that do not close it, with a process that runs. */
async function running(): Promise<EngineOf> {
  await shared.stats();
  return shared;
}

describe('a deadline', () => {
  it('ends a prediction and its process, and the next call gets a fresh process', async () => {
    await withEngine({ model, predictTimeout: TINY }, async (engine) => {
      const { pid } = engine.info;
      expect(await codeOf(engine.predict(slow))).toBe('timeout');
      expect(await codeOf(engine.explain({ photo: quick, class: 0 }))).toBe('resolved');
      await untilGone(pid);
    });
  });

  it('ends a heatmap and its process, and the next call gets a fresh process', async () => {
    await withEngine({ model, explainTimeout: TINY }, async (engine) => {
      const { pid } = engine.info;
      expect(await codeOf(engine.explain({ photo: slow, class: 0 }))).toBe('timeout');
      expect(await codeOf(engine.predict(quick))).toBe('resolved');
      await untilGone(pid);
    });
  });

  it('ends a process that does not move, and the next call gets a fresh process', async () => {
    await withEngine({ model, explainTimeout: 200 }, async (engine) => {
      const { pid } = engine.info;
      process.kill(pid, 'SIGSTOP');
      expect(await codeOf(engine.explain({ photo: quick, class: 0 }))).toBe('timeout');
      expect(await codeOf(engine.predict(quick))).toBe('resolved');
      expect(isAlive(pid)).toBe(false);
    });
  });

  it('says how long it was, in words that are true', async () => {
    await withEngine({ model, predictTimeout: TINY }, async (engine) => {
      const message = await engine.predict(slow).catch((error: unknown) => (error as Error).message);
      expect(message).toMatch(/longer than/);
      expect(message).not.toMatch(/ 0 s/);
    });
  });

  it('of one call leaves the calls behind it to be answered', async () => {
    await withEngine({ model, explainTimeout: TINY }, async (engine) => {
      const calls = [engine.explain({ photo: slow, class: 0 }), engine.predict(quick), engine.predict(quick)];
      expect(await Promise.all(calls.map(codeOf))).toEqual(['timeout', 'resolved', 'resolved']);
    });
  });

  it.runIf(HAS_PROC)('counts for the work of a call and not for the start of its process', async () => {
    // Less than a start takes on this machine, and many times what the prediction does.
    const predictTimeout = shared.info.startMilliseconds / 2;
    await withEngine({ model, predictTimeout }, async (engine) => {
      process.kill(engine.info.pid, 'SIGKILL');
      await untilGone(engine.info.pid);
      expect(await codeOf(engine.predict(quick))).toBe('resolved');
    });
  });
});

describe('a signal', () => {
  it('ends a heatmap that waits behind another call, at once and without harm to that', async () => {
    const engine = await running();
    const { pid } = engine.info;
    process.kill(pid, 'SIGSTOP');
    const before = engine.predict(quick);
    const giveUp = new AbortController();
    const waiting = engine.explain({ photo: quick, class: 0, signal: giveUp.signal });
    giveUp.abort(new Error('It took too long.'));
    await expect(waiting).rejects.toThrow('It took too long.');
    process.kill(pid, 'SIGCONT');
    expect(await codeOf(before)).toBe('resolved');
    expect(engine.info.pid).toBe(pid);
  });

  it('ends the heatmap that the process works on, with the process', async () => {
    const engine = await running();
    const { pid } = engine.info;
    process.kill(pid, 'SIGSTOP');
    const giveUp = new AbortController();
    const calls = [engine.explain({ photo: quick, class: 0, signal: giveUp.signal }), engine.predict(quick)] as const;
    await new Promise(setImmediate);
    giveUp.abort(new Error('It took too long.'));
    await expect(calls[0]).rejects.toThrow('It took too long.');
    expect(await codeOf(calls[1])).toBe('resolved');
    expect(isAlive(pid)).toBe(false);
  });

  it('given before the call keeps it from beginning', async () => {
    await withEngine({ model }, async (engine) => {
      const signal = AbortSignal.abort(new Error('Nobody waits.'));
      await expect(engine.explain({ photo: quick, class: 0, signal })).rejects.toThrow('Nobody waits.');
      expect((await engine.stats()).keptPhotos).toBe(0);
    });
  });
});

describe('a crash', () => {
  it('rejects the call in flight alone', async () => {
    const engine = await running();
    const { pid } = engine.info;
    const calls = [engine.predict(slow), engine.predict(quick), engine.explain({ photo: quick, class: 0 })].map(codeOf);
    process.kill(pid, 'SIGKILL');
    expect(await Promise.all(calls)).toEqual(['crashed', 'resolved', 'resolved']);
    expect(isAlive(pid)).toBe(false);
  });

  it('leaves an engine that answers the next call', async () => {
    const engine = await running();
    const call = codeOf(engine.predict(slow));
    process.kill(engine.info.pid, 'SIGKILL');
    expect(await call).toBe('crashed');
    expect(await codeOf(engine.predict(quick))).toBe('resolved');
  });

  it('between calls is not noticed by the calls after it', async () => {
    const engine = await running();
    process.kill(engine.info.pid, 'SIGKILL');
    await untilGone(engine.info.pid);
    const answered: number[] = [];
    const calls = [0, 1, 2].map((call) =>
      engine.explain({ photo: quick, class: call }).then(() => answered.push(call)),
    );
    await Promise.all(calls);
    expect(answered).toEqual([0, 1, 2]);
  });

  it.runIf(HAS_PROC)('while a process starts costs no call', async () => {
    const engine = await running();
    process.kill(engine.info.pid, 'SIGKILL');
    await untilGone(engine.info.pid);
    const calls = [engine.predict(quick), engine.predict(quick)].map(codeOf);
    let starting: number | undefined;
    while ((starting = visionProcesses()[0]) === undefined) await new Promise(setImmediate);
    process.kill(starting, 'SIGKILL');
    expect(await Promise.all(calls)).toEqual(['resolved', 'resolved']);
  });

  it.runIf(HAS_PROC)('is followed by what the new process says of itself', async () => {
    const engine = await running();
    process.kill(engine.info.pid, 'SIGKILL');
    await untilGone(engine.info.pid);
    await engine.predict(quick);
    expect(visionProcesses()).toEqual([engine.info.pid]);
  });
});

describe('killing', () => {
  it('rejects the call in flight alone and puts a fresh process in the place of the old one', async () => {
    const engine = await running();
    const { pid } = engine.info;
    const calls = [engine.predict(slow), engine.predict(quick), engine.explain({ photo: quick, class: 0 })].map(codeOf);
    // By then the first call is with the process, and those behind it wait for its answer.
    await new Promise(setImmediate);
    engine.kill();
    expect(await Promise.all(calls)).toEqual(['crashed', 'resolved', 'resolved']);
    expect(isAlive(pid)).toBe(false);
    expect(engine.info.pid).not.toBe(pid);
  });

  it('between calls costs none of them', async () => {
    const engine = await running();
    const { pid } = engine.info;
    engine.kill();
    expect(await codeOf(engine.predict(quick))).toBe('resolved');
    expect(isAlive(pid)).toBe(false);
  });

  it('while a process starts costs only the call it starts for', async () => {
    const engine = await running();
    engine.kill();
    const calls = [engine.predict(quick), engine.predict(quick)].map(codeOf);
    await untilGone(engine.info.pid);
    while (visionProcesses().length === 0) await new Promise(setImmediate);
    engine.kill();
    expect(await Promise.all(calls)).toEqual(['crashed', 'resolved']);
  });

  it('ends a process that does not move, and so does closing', async () => {
    await withEngine({ model }, async (engine) => {
      const { pid } = engine.info;
      process.kill(pid, 'SIGSTOP');
      engine.kill();
      await untilGone(pid);
      await engine.predict(quick);
      process.kill(engine.info.pid, 'SIGSTOP');
      await engine.close();
      expect(isAlive(engine.info.pid)).toBe(false);
    });
  });
});

describe('recycling', () => {
  it('puts a fresh process in the place of the old one and forgets its photos', async () => {
    // So much is kept that it is more than what two processes of the same kind differ by.
    await withEngine({ model, keepBytes: 256e6 }, async (engine) => {
      const { pid } = engine.info;
      // What follows a picture's end is no picture, but it is kept with it.
      const heavy = photoOf(Buffer.concat([await photograph(2), noise(16e6)]));
      for (const key of ['one', 'two', 'three', 'four']) await engine.predict({ ...heavy, key });
      const before = await engine.stats();
      expect(before.keptBytes).toBeGreaterThan(4 * 16e6);
      await engine.recycle();
      const after = await engine.stats();
      expect(engine.info.pid).not.toBe(pid);
      expect(isAlive(pid)).toBe(false);
      expect([after.keptPhotos, after.keptBytes]).toEqual([0, 0]);
      expect(after.residentBytes).toBeLessThan(before.residentBytes);
      expect(await codeOf(engine.explain({ photo: { key: 'one' }, class: 0 }))).toBe('photo-gone');
    });
  });

  it('waits for the calls before it and keeps the calls behind it', async () => {
    const engine = await running();
    const calls = [engine.predict(slow), engine.recycle(), engine.predict(quick), engine.predict(quick)];
    expect(await Promise.all(calls.map(codeOf))).toEqual(['resolved', 'resolved', 'resolved', 'resolved']);
  });
});

describe('closing', () => {
  it('rejects what is under way and what comes later, and leaves no process', async () => {
    const engine = await Engine.start({ model, name: 'closing' });
    const { pid } = engine.info;
    const calls = [engine.predict(slow), engine.predict(quick)].map(codeOf);
    await engine.close();
    expect(await Promise.all(calls)).toEqual(['closed', 'closed']);
    expect(isAlive(pid)).toBe(false);
    expect(await codeOf(engine.predict(quick))).toBe('closed');
    expect(await codeOf(engine.recycle())).toBe('closed');
  });

  it('after the process has ended by itself does no harm', async () => {
    const engine = await Engine.start({ model, name: 'closing' });
    const { pid } = engine.info;
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);
    await engine.close();
    expect(await codeOf(engine.predict(quick))).toBe('closed');
  });

  it('twice does no harm', async () => {
    const engine = await Engine.start({ model, name: 'closing' });
    await engine.close();
    await engine.close();
    expect(isAlive(engine.info.pid)).toBe(false);
  });
});
