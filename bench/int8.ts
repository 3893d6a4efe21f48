import { loadNetwork } from '#sorot/vision/loaded-network.js';
import { readInt8 } from '#sorot/vision/int8/int8-file.js';
import { hasVnni } from '#sorot/vision/int8/processor.js';
import type { Precision } from '#sorot/vision/int8/precision-choice.js';
import { compiledModel } from '#sorot/vision/model/compiled-store.js';
import { readChoice } from '#sorot/vision/model/classifier.js';
import { readCompiled } from '#sorot/vision/model/plan-file.js';
import { openModel } from '#sorot/vision/model/source.js';
import { measureMemory } from './memory.js';
import { ratio, timeInTurn } from './measure.js';
import type { Row } from './report.js';

/** int8 takes at most so much of float32's time. */
const LIMIT = 1 / 1.7;

/** The bundled model in float32 and in int8: forward passes in turn on one thread, and memory after photos. */
export async function benchInt8(section: string, folder: string, rounds: number, photos: number): Promise<Row[]> {
  if (!(await hasVnni())) return [];
  const source = await openModel(folder);
  const { folder: compiled } = await compiledModel(source, await readChoice(source.folder));
  const int8 = await readInt8(source);
  const load = async (precision: Precision) => {
    const computing = { precision, int8, range: [-1, 1] } as const;
    const network = await loadNetwork(await readCompiled(compiled), { backend: 'onnx', threads: 1, computing });
    if (network.precision.name !== precision) throw new Error(`The model does not compute in ${precision}.`);
    return network;
  };
  const [slow, fast] = [await load('float32'), await load('int8')];
  const { height, width, channels } = slow.plan.input;
  const picture = Float32Array.from({ length: height * width * channels }, (_, i) => Math.sin(i * 0.37));
  const timings = await timeInTurn(
    { float32: () => slow.runner.run(picture), int8: () => fast.runner.run(picture) },
    rounds,
    { lead: 2 },
  );
  for (const { runner } of [slow, fast]) await runner.close();
  const rows: Row[] = [...timings.values()].map(({ name, median }) => ({
    section,
    name: `forward pass in ${name}`,
    value: median,
    unit: 'ms',
  }));
  rows.push({ section, name: 'int8 : float32', value: ratio(timings, 'int8', ['float32']), unit: 'x', limit: LIMIT });
  for (const precision of ['float32', 'int8'] as const) {
    const { child, peak } = await measureMemory(folder, photos, precision);
    rows.push({ section, name: `vision process in ${precision} after ${photos} photos`, value: child, unit: 'MB' });
    rows.push({ section, name: `  both processes’ peaks`, value: peak, unit: 'MB' });
  }
  return rows;
}
