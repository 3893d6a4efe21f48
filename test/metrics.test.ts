import { expect, it } from 'vitest';
import { Metrics } from '../src/metrics.js';
import type { Present } from '../src/metrics.js';

const PRESENT: Present = {
  predictions: { waiting: 3, running: 1 },
  heatmaps: { waiting: 2, running: 0 },
  memory: { band: 'high', usedBytes: 400, limitBytes: 512 },
  cache: { entries: 7 },
  enginePids: [41, 42],
};

async function linesOf(metrics: Metrics): Promise<string[]> {
  return (await metrics.text()).split('\n');
}

it('counts what happened, by what it was', async () => {
  const metrics = new Metrics();
  metrics.update('message');
  metrics.update('message');
  metrics.prediction('ok');
  metrics.heatmap('resent');
  metrics.telegramCall('sendPhoto', 'ok');
  metrics.recycle();
  metrics.engineRestart();
  metrics.seconds('predict', 0.02);
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'sorot_updates_total{kind="message"} 2',
      'sorot_predictions_total{outcome="ok"} 1',
      'sorot_heatmaps_total{outcome="resent"} 1',
      'sorot_telegram_calls_total{method="sendPhoto",outcome="ok"} 1',
      'sorot_recycles_total 1',
      'sorot_engine_restarts_total 1',
      'sorot_step_seconds_bucket{le="0.01",step="predict"} 0',
      'sorot_step_seconds_bucket{le="0.025",step="predict"} 1',
      'sorot_step_seconds_count{step="predict"} 1',
    ]),
  );
  expect(metrics.contentType).toMatch(/^text\/plain/);
});

it('says how things are when it is asked, and not when it was told where to look', async () => {
  const metrics = new Metrics();
  let present = PRESENT;
  metrics.follow(() => present);
  expect(await linesOf(metrics)).toEqual(
    expect.arrayContaining([
      'sorot_waiting{kind="prediction"} 3',
      'sorot_waiting{kind="heatmap"} 2',
      'sorot_running{kind="prediction"} 1',
      'sorot_running{kind="heatmap"} 0',
      'sorot_memory_bytes 400',
      'sorot_memory_limit_bytes 512',
      'sorot_memory_band{band="normal"} 0',
      'sorot_memory_band{band="high"} 1',
      'sorot_memory_band{band="critical"} 0',
      'sorot_cache_entries 7',
      'sorot_engine_pid{engine="0"} 41',
      'sorot_engine_pid{engine="1"} 42',
    ]),
  );
  present = { ...PRESENT, heatmaps: { waiting: 0, running: 1 } };
  expect(await linesOf(metrics)).toContain('sorot_running{kind="heatmap"} 1');
  present = { ...PRESENT, cache: { entries: null } };
  expect((await linesOf(metrics)).filter((line) => line.startsWith('sorot_cache_entries'))).toEqual([]);
});

it('is kept apart for each bot in a process', async () => {
  const [one, other] = [new Metrics(), new Metrics()];
  one.update('message');
  expect(await linesOf(other)).not.toContain('sorot_updates_total{kind="message"} 1');
});
