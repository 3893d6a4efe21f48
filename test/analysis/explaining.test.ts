import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { AnalysisError } from '../../src/analysis/reasons.js';
import type { Analysis, Heatmap, PhotoSource } from '../../src/analysis/service.js';
import type { Log } from '../../src/log.js';
import { photograph, slowPhotograph } from '../support/pictures.js';
import { isAlive } from '../support/processes.js';
import { modelWithoutMap } from '../support/sorot.js';
import { FIRST_CLASS, Gate, LEGEND, outcomeOf, predictionsWaiting, sourceOf, withAnalysis } from './support.js';

let quick: Buffer;
let slow: Buffer;

beforeAll(async () => {
  quick = await photograph(1, 640, 480);
  slow = await slowPhotograph();
});

function explain(analysis: Analysis, log: Log, source: PhotoSource, classIndex = 0): Promise<Heatmap> {
  return analysis.explain({ photo: source, class: { type: 'class', index: classIndex }, legend: LEGEND, log }, 'ayu');
}

describe('a heatmap', () => {
  it('has the shape of the photo', async () => {
    await withAnalysis({}, async ({ analysis, log }) => {
      const source = sourceOf('a', quick);
      await analysis.predict(source, 'ayu', log);
      const heatmap = await explain(analysis, log, source);
      const { width, height } = await sharp(heatmap.jpeg).metadata();
      expect(heatmap.picture).toEqual({ width, height });
      expect(width / height).toBeCloseTo(640 / 480, 2);
      expect([heatmap.rows, heatmap.columns]).toEqual([analysis.model.map?.rows, analysis.model.map?.columns]);
      expect(heatmap.method).toBe(analysis.model.method);
      expect(source.fetches).toBe(1);
    });
  });

  it('needs no prediction before it, as after a restart', async () => {
    await withAnalysis({}, async ({ analysis, log }) => {
      const source = sourceOf('a', quick);
      expect(await outcomeOf(explain(analysis, log, source))).toBe('resolved');
      expect(source.fetches).toBe(1);
    });
  });

  it('of a photo that the engine let go is made of the photo, fetched again', async () => {
    await withAnalysis({ engine: { keepBytes: 1 } }, async ({ analysis, log }) => {
      const source = sourceOf('a', quick);
      await analysis.predict(source, 'ayu', log);
      expect(await outcomeOf(explain(analysis, log, source))).toBe('resolved');
      expect(source.fetches).toBe(2);
    });
  });

  it('of a photo that is nowhere any more is not to be had', async () => {
    await withAnalysis({ engine: { keepBytes: 1 } }, async ({ analysis, log }) => {
      await analysis.predict(sourceOf('a', quick), 'ayu', log);
      const fetch = (): Promise<never> => Promise.reject(new AnalysisError('photo-gone', 'gone'));
      expect(await outcomeOf(explain(analysis, log, { key: 'a', fetch }))).toBe('photo-gone');
    });
  });

  it('asked for twice at once is made once, and another class by itself', async () => {
    await withAnalysis({}, async ({ analysis, log }) => {
      const source = sourceOf('a', quick);
      const asked = [0, 0, 1].map((classIndex) => explain(analysis, log, source, classIndex));
      const [first, again, other] = await Promise.all(asked);
      expect(again).toBe(first);
      expect(other).not.toBe(first);
    });
  });

  it('asked for in other colours at the same time is drawn in each', async () => {
    await withAnalysis({}, async ({ analysis, log }) => {
      const source = sourceOf('a', quick);
      const asked = (['viridis', 'turbo', 'viridis'] as const).map((colourMap) =>
        analysis.explain({ photo: source, class: FIRST_CLASS, colourMap, log }, 'ayu'),
      );
      const [viridis, turbo, again] = await Promise.all(asked);
      expect(again).toBe(viridis);
      expect(turbo?.jpeg).not.toEqual(viridis?.jpeg);
    });
  });

  it('begins after the predictions that wait', async () => {
    await withAnalysis({}, async ({ analysis, log }) => {
      const source = sourceOf('a', quick);
      await analysis.predict(source, 'ayu', log);
      const answered: string[] = [];
      const gate = new Gate();
      const predicted = ['b', 'c', 'd', 'e'].map(async (key) => {
        await analysis.predict(sourceOf(key, quick, gate), 'budi', log);
        answered.push(key);
      });
      await predictionsWaiting(analysis, 4);
      const explained = explain(analysis, log, source).then(() => answered.push('heatmap'));
      expect(analysis.status()).toMatchObject({
        predictions: { waiting: 4, running: 0 },
        heatmaps: { waiting: 1, running: 0 },
      });
      gate.open();
      await Promise.all([...predicted, explained]);
      expect(answered.at(-1)).toBe('heatmap');
    });
  });

  it('does not wait for ever', async () => {
    await withAnalysis({ options: { patienceMs: 10 } }, async ({ analysis, log }) => {
      const gate = new Gate();
      const predicted = analysis.predict(sourceOf('b', quick, gate), 'budi', log);
      await predictionsWaiting(analysis, 1);
      expect(await outcomeOf(explain(analysis, log, sourceOf('a', quick)))).toBe('resolved');
      gate.open();
      await predicted;
    });
  });
});

describe('there is none, at once and without work,', () => {
  it('where heatmaps are switched off', async () => {
    await withAnalysis({ options: { heatmaps: false } }, async ({ analysis, log, metric }) => {
      const source = sourceOf('a', quick);
      expect(await outcomeOf(explain(analysis, log, source))).toBe('disabled');
      expect(source.fetches).toBe(0);
      expect(await metric('sorot_heatmaps_total{outcome="disabled"}')).toBe(1);
    });
  });

  it('where the model has no feature map', async () => {
    await withAnalysis({ engine: { model: await modelWithoutMap() } }, async ({ analysis, log }) => {
      const source = sourceOf('a', quick);
      expect(analysis.model).toMatchObject({ explains: false, map: null });
      expect(await outcomeOf(explain(analysis, log, source))).toBe('unsupported-model');
      expect(source.fetches).toBe(0);
      expect(await outcomeOf(analysis.predict(source, 'ayu', log))).toBe('resolved');
    });
  });
});

describe('the deadline', () => {
  it('ends a heatmap whose process does not move, and the next photo works', async () => {
    await withAnalysis({ options: { heatmapTimeoutMs: 200 } }, async ({ analysis, engines, log }) => {
      const source = sourceOf('a', quick);
      await analysis.predict(source, 'ayu', log);
      const pid = engines[0]?.info.pid ?? 0;
      process.kill(pid, 'SIGSTOP');
      expect(await outcomeOf(explain(analysis, log, source))).toBe('timeout');
      expect(await outcomeOf(analysis.predict(sourceOf('b', quick), 'ayu', log))).toBe('resolved');
      expect(isAlive(pid)).toBe(false);
    });
  });

  it('of the engine itself ends one too', async () => {
    await withAnalysis({ engine: { explainTimeout: 25 } }, async ({ analysis, log }) => {
      expect(await outcomeOf(explain(analysis, log, sourceOf('a', slow)))).toBe('timeout');
      expect(await outcomeOf(analysis.predict(sourceOf('b', quick), 'ayu', log))).toBe('resolved');
    });
  });

  it('answers one that still waits behind predictions', async () => {
    await withAnalysis({ options: { heatmapTimeoutMs: 20 } }, async ({ analysis, log }) => {
      const gate = new Gate();
      const predicted = analysis.predict(sourceOf('b', quick, gate), 'budi', log);
      await predictionsWaiting(analysis, 1);
      const source = sourceOf('a', quick);
      expect(await outcomeOf(explain(analysis, log, source))).toBe('busy');
      gate.open();
      await predicted;
      expect(source.fetches).toBe(0);
    });
  });

  it('ends the fetch of a photo that is needed again', async () => {
    await withAnalysis({ options: { heatmapTimeoutMs: 20 } }, async ({ analysis, log }) => {
      expect(await outcomeOf(explain(analysis, log, sourceOf('a', quick, new Gate())))).toBe('timeout');
    });
  });
});

it('a class that the model has not is a crash to the person and an error in the log', async () => {
  await withAnalysis({}, async ({ analysis, log, lines }) => {
    expect(await outcomeOf(explain(analysis, log, sourceOf('a', quick), 999))).toBe('crashed');
    expect(lines).toContainEqual(expect.objectContaining({ level: 50, code: 'invalid-argument' }));
  });
});
