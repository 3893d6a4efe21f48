import { beforeAll, expect, it } from 'vitest';
import { photograph, slowPhotograph } from '../support/pictures.js';
import { untilGone } from '../support/processes.js';
import { FIRST_CLASS, LEGEND, outcomeOf, sourceOf, until, withAnalysis } from './support.js';
import type { Analysed } from './support.js';

let quick: Buffer;
let slow: Buffer;

beforeAll(async () => {
  quick = await photograph(1);
  slow = await slowPhotograph();
});

type Work = 'prediction' | 'heatmap';

function ask({ analysis, log }: Analysed, work: Work, key: string, bytes: Uint8Array): Promise<unknown> {
  const photo = sourceOf(key, bytes);
  if (work === 'prediction') return analysis.predict(photo, 'ayu', log);
  return analysis.explain({ photo, class: FIRST_CLASS, legend: LEGEND, log }, 'ayu');
}

/** Ends the vision process while it works, as the system does for want of memory, and waits for the next one. */
async function killAtWork({ analysis, engines }: Analysed, work: Work): Promise<void> {
  await until(() => analysis.status()[`${work}s`].running === 1);
  const pid = engines[0]?.info.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await untilGone(pid);
}

it.each(['prediction', 'heatmap'] as const)('a %s whose process dies is made in the next one', async (work) => {
  await withAnalysis({}, async (analysed) => {
    const asked = outcomeOf(ask(analysed, work, 'a', slow));
    await killAtWork(analysed, work);
    expect(await asked).toBe('resolved');
    const { analysis, metric } = analysed;
    expect(await metric('sorot_engine_restarts_total')).toBe(1);
    expect(analysis.status()[`${work}s`]).toEqual({ running: 0, waiting: 0 });
    expect(analysed.lines).toContainEqual(expect.objectContaining({ level: 40, msg: 'a vision process died at work' }));
  });
});

it('a photo that two processes die of gets no third', async () => {
  await withAnalysis({}, async (analysed) => {
    const pids = (): number[] => analysed.engines.map(({ info }) => info.pid);
    const first = pids();
    const asked = outcomeOf(ask(analysed, 'prediction', 'a', slow));
    await until(() => analysed.analysis.status().predictions.running === 1);
    process.kill(first[0] ?? 0, 'SIGKILL');
    await until(() => pids()[0] !== first[0]);
    process.kill(pids()[0] ?? 0, 'SIGKILL');
    expect(await asked).toBe('crashed');

    const { metric } = analysed;
    expect(await outcomeOf(ask(analysed, 'prediction', 'b', quick))).toBe('resolved');
    const fresh = pids();
    const again = sourceOf('a', slow);
    expect(await outcomeOf(analysed.analysis.predict(again, 'budi', analysed.log))).toBe('crashed');
    expect(await outcomeOf(ask(analysed, 'heatmap', 'a', slow))).toBe('crashed');
    expect([pids(), again.fetches]).toEqual([fresh, 0]);
    expect(await metric('sorot_predictions_total{outcome="crashed"}')).toBe(2);
  });
});

it('what waits behind a photo that processes die of is answered', async () => {
  await withAnalysis({}, async (analysed) => {
    const asked = [outcomeOf(ask(analysed, 'prediction', 'a', slow))];
    await until(() => analysed.analysis.status().predictions.running === 1);
    asked.push(...['b', 'c'].map((key) => outcomeOf(ask(analysed, 'prediction', key, quick))));
    await until(() => analysed.analysis.status().predictions.running === 3);
    process.kill(analysed.engines[0]?.info.pid ?? 0, 'SIGKILL');
    expect(await Promise.all(asked)).toEqual(['resolved', 'resolved', 'resolved']);
  });
});
