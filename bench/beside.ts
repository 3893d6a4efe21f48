import { loadNetwork } from '#sorot/vision/loaded-network.js';
import { NO_CHOICE } from '#sorot/vision/model/choice.js';
import { compiledModel } from '#sorot/vision/model/compiled-store.js';
import { readCompiled } from '#sorot/vision/model/plan-file.js';
import { openModel } from '#sorot/vision/model/source.js';
import { ratio, timeInTurn } from './measure.js';
import type { Row } from './report.js';

/** Forward passes of the bundled network may take so many times those of MobileNetV2-1.0-224. */
const LIMIT = 2;

async function loaded(folder: string) {
  const compiled = await readCompiled((await compiledModel(await openModel(folder), NO_CHOICE)).folder);
  const { runner, plan } = await loadNetwork(compiled, { backend: 'onnx', threads: 1 });
  const { height, width, channels } = plan.input;
  const input = Float32Array.from({ length: height * width * channels }, (_, at) => Math.sin(at * 0.37));
  return { runner, run: () => runner.run(input) };
}

/** One network's forward pass beside another's, each on one thread, in turn. */
export async function benchBeside(section: string, folder: string, other: string, rounds: number): Promise<Row[]> {
  const [one, two] = [await loaded(folder), await loaded(other)];
  try {
    const timings = await timeInTurn({ one: one.run, other: two.run }, rounds, { lead: 2 });
    const value = ratio(timings, 'one', ['other']);
    const milliseconds = timings.get('one')?.median ?? NaN;
    return [
      { section, name: 'forward pass, 1 thread', value: milliseconds, unit: 'ms' },
      { section, name: 'forward pass : the other’s', value, unit: 'x', limit: LIMIT },
    ];
  } finally {
    await one.runner.close();
    await two.runner.close();
  }
}
