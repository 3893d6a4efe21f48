import { explainClass, classCount } from '#sorot/vision/cam/class-map.js';
import { loadNetwork } from '#sorot/vision/loaded-network.js';
import { NO_CHOICE } from '#sorot/vision/model/choice.js';
import { compiledModel } from '#sorot/vision/model/compiled-store.js';
import { readCompiled } from '#sorot/vision/model/plan-file.js';
import { openModel } from '#sorot/vision/model/source.js';
import { timeInTurn } from './measure.js';
import type { Row } from './report.js';

/** Milliseconds for one more class: heads of pooling and one dense layer have a closed form. */
const LIMITS = { any: 4, pooled: 1 } as const;

/** Heatmaps of one class after the other from kept activations, for any model folder. */
export async function benchHead(section: string, folder: string, rounds: number): Promise<Row[]> {
  const { folder: compiled } = await compiledModel(await openModel(folder), NO_CHOICE);
  const { plan, runner, head } = await loadNetwork(await readCompiled(compiled), { threads: 1 });
  const { height, width, channels } = plan.input;
  const { cut } = await runner.run(Float32Array.from({ length: height * width * channels }, (_, i) => Math.sin(i)));
  const kept = new Map(plan.cut.map((name, index) => [name, Float32Array.from(cut[index] ?? [])]));
  const run = head.run(kept);
  await run;
  let turn = 0;
  const next = (): Promise<unknown> =>
    explainClass(plan, { cut: kept, run: () => run }, turn++ % classCount(plan)).catch(() => null);
  const timings = await timeInTurn({ 'one more class': next }, rounds, { warmup: 20 });
  await runner.close();
  const pooled = plan.head.length === 2;
  return [...timings.values()].map(({ name, median }) => ({
    section,
    name: `${name}, head of ${plan.head.map((step) => step.operation.op).join(', ')}`,
    value: median,
    unit: 'ms',
    limit: pooled ? LIMITS.pooled : LIMITS.any,
  }));
}
