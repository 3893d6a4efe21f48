import v8 from 'node:v8';
import vm from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { photograph } from '../support/pictures.js';
import { HAS_PROC, untilGone } from '../support/processes.js';
import { FIRST_CLASS, LEGEND, outcomeOf, sourceOf, until, withAnalysis } from './support.js';
import type { Analysed } from './support.js';

const PLENTY = 2 ** 45;

/** So much more memory than the bands are apart that the collector's own ups and downs do not count. */
const BALLAST = 300 * 2 ** 20;

/** Too little for the ballast, and enough for what comes and goes without it. */
const ROOM = 200 * 2 ** 20;

/** Of the 48 MB below which memory is high, and the 12 below which it is critical, the middle. */
const FREE_IN_HIGH = 30 * 2 ** 20;

let quick: Buffer;

beforeAll(async () => {
  quick = await photograph(1);
});

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

/** What this process and one engine use, in bytes, as the analysis itself measures it. */
async function usedBytes(): Promise<number> {
  collect();
  return withAnalysis({ options: { memoryLimitBytes: PLENTY } }, async ({ analysis, log }) => {
    await analysis.predict(sourceOf('a', quick), 'ayu', log);
    const { usedBytes: before } = analysis.status().memory;
    await until(() => analysis.status().memory.usedBytes !== before);
    return analysis.status().memory.usedBytes;
  });
}

async function untilBand({ analysis }: Analysed, band: string): Promise<void> {
  await until(() => analysis.status().memory.band === band);
}

describe.runIf(HAS_PROC)('in the high band', () => {
  it('photos are predicted, heatmaps refused, and the engine recycled once it has nothing to do', async () => {
    const options = { memoryLimitBytes: (await usedBytes()) + FREE_IN_HIGH };
    await withAnalysis({ options }, async (analysed) => {
      const { analysis, engines, log, metric } = analysed;
      const pid = engines[0]?.info.pid ?? 0;
      await untilBand(analysed, 'high');
      const source = sourceOf('a', quick);
      expect(await outcomeOf(analysis.predict(source, 'ayu', log))).toBe('resolved');
      expect(await outcomeOf(analysis.explain({ photo: source, class: FIRST_CLASS, legend: LEGEND, log }, 'ayu'))).toBe(
        'memory',
      );
      await until(() => analysis.status().recycled === 1);
      await untilGone(pid);
      expect(await outcomeOf(analysis.predict(sourceOf('b', quick), 'ayu', log))).toBe('resolved');
      // Not again at the next look, for the limit may simply be too small.
      const { usedBytes: before } = analysis.status().memory;
      await until(() => analysis.status().memory.usedBytes !== before);
      expect(analysis.status().recycled).toBe(1);
      expect(await metric('sorot_recycles_total')).toBe(1);
      expect(await metric('sorot_memory_band{band="high"}')).toBe(1);
      expect(await metric('sorot_memory_limit_bytes')).toBe(options.memoryLimitBytes);
    });
  });
});

describe.runIf(HAS_PROC)('in the critical band', () => {
  it('new photos are refused, those seen before are answered', async () => {
    const used = await usedBytes();
    let ballast: Buffer | null = null;
    await withAnalysis({ options: { memoryLimitBytes: used + ROOM } }, async (analysed) => {
      const { analysis, log } = analysed;
      await analysis.predict(sourceOf('a', quick), 'ayu', log);
      ballast = Buffer.alloc(BALLAST, 1);
      await untilBand(analysed, 'critical');
      expect(await outcomeOf(analysis.predict(sourceOf('b', quick), 'ayu', log))).toBe('busy');
      expect(await outcomeOf(analysis.predict(sourceOf('a', quick), 'ayu', log))).toBe('resolved');
      expect(ballast.length).toBe(BALLAST);
      ballast = null;
      collect();
      await untilBand(analysed, 'normal');
      expect(await outcomeOf(analysis.predict(sourceOf('b', quick), 'ayu', log))).toBe('resolved');
    });
  });

  it.each(['prediction', 'heatmap'] as const)('the engine is ended at once, whatever its %s', async (work) => {
    const used = await usedBytes();
    let ballast: Buffer | null = null;
    await withAnalysis({ options: { memoryLimitBytes: used + ROOM } }, async (analysed) => {
      const { analysis, engines, log } = analysed;
      const known = sourceOf('a', quick);
      await analysis.predict(known, 'ayu', log);
      const pid = engines[0]?.info.pid ?? 0;
      // Whatever it works on now takes for ever.
      process.kill(pid, 'SIGSTOP');
      const call =
        work === 'prediction'
          ? outcomeOf(analysis.predict(sourceOf('b', quick), 'ayu', log))
          : outcomeOf(analysis.explain({ photo: known, class: FIRST_CLASS, legend: LEGEND, log }, 'ayu'));
      await until(() => analysis.status()[`${work}s`].running === 1);
      ballast = Buffer.alloc(BALLAST, 1);
      expect(await call).toBe('memory');
      await untilGone(pid);
      expect(ballast.length).toBe(BALLAST);
      ballast = null;
      collect();
      await untilBand(analysed, 'normal');
      expect(await outcomeOf(analysis.predict(sourceOf('c', quick), 'ayu', log))).toBe('resolved');
    });
  });
});
