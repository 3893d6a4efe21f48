import { beforeAll, expect, it } from 'vitest';
import { photograph, slowPhotograph } from '../support/pictures.js';
import { isAlive } from '../support/processes.js';
import { AnalysisError } from '../../src/analysis/reasons.js';
import { FIRST_CLASS, Gate, LEGEND, outcomeOf, predictionsWaiting, sourceOf, until, withAnalysis } from './support.js';

let quick: Buffer;

beforeAll(async () => {
  quick = await photograph(1);
});

it('stopped, it finishes what runs and refuses what waits and what comes', async () => {
  await withAnalysis({}, async ({ analysis, log }) => {
    const gate = new Gate();
    const known = sourceOf('known', quick);
    await analysis.predict(known, 'ayu', log);
    const asked = ['a', 'b', 'c', 'd'].map((key) =>
      outcomeOf(analysis.predict(sourceOf(key, quick, gate), 'ayu', log)),
    );
    await predictionsWaiting(analysis, 4);
    const explain = (): Promise<string> =>
      outcomeOf(analysis.explain({ photo: known, class: FIRST_CLASS, legend: LEGEND, log }, 'ayu'));
    const heatmap = explain();
    analysis.stop();
    expect(await heatmap).toBe('stopping');
    expect(await outcomeOf(analysis.predict(sourceOf('e', quick), 'ayu', log))).toBe('stopping');
    expect(await outcomeOf(analysis.predict(known, 'ayu', log))).toBe('stopping');
    expect(await explain()).toBe('stopping');
    gate.open();
    expect(await Promise.all(asked)).toEqual(['resolved', 'resolved', 'resolved', 'stopping']);
  });
});

it('closed, it ends what runs, and twice does no harm', async () => {
  const slow = await slowPhotograph();
  await withAnalysis({}, async ({ analysis, engines, log }) => {
    const working = outcomeOf(analysis.predict(sourceOf('a', slow), 'ayu', log));
    const fetch = (signal: AbortSignal): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new AnalysisError('telegram', 'aborted'));
        });
      });
    const fetching = outcomeOf(analysis.predict({ key: 'b', fetch }, 'ayu', log));
    await until(() => analysis.status().predictions.running === 1);
    await Promise.all([analysis.close(), analysis.close()]);
    expect(await Promise.all([working, fetching])).toEqual(['stopping', 'stopping']);
    expect(engines.map(({ info }) => isAlive(info.pid))).toEqual([false]);
    expect(await outcomeOf(analysis.predict(sourceOf('c', quick), 'ayu', log))).toBe('stopping');
  });
});

it('closed, it fetches nothing any more', async () => {
  await withAnalysis({}, async ({ analysis, log }) => {
    const gate = new Gate();
    // Together they are more than may be in memory at a time: the second waits for the first.
    const large = ['a', 'b'].map((key) => ({ ...sourceOf(key, quick, gate), bytes: 20 * 2 ** 20 }));
    let fetches = 0;
    const sources = large.map((source) => ({
      ...source,
      fetch: () => (fetches++, source.fetch(new AbortController().signal)),
    }));
    const asked = sources.map((source) => outcomeOf(analysis.predict(source, 'ayu', log)));
    await until(() => fetches === 1);
    await analysis.close();
    expect(await Promise.all(asked)).toEqual(['stopping', 'stopping']);
    expect(fetches).toBe(1);
  });
});
