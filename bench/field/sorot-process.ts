import { maxIndex } from 'd3-array';
import { readFile } from 'node:fs/promises';
import { explainClass } from '#sorot/vision/cam/class-map.js';
import { Engine, photoOf } from '#sorot/vision/engine.js';
import { decodeForInput } from '#sorot/vision/image/decode.js';
import { loadNetwork } from '#sorot/vision/loaded-network.js';
import { keptPass } from '#sorot/vision/look-again.js';
import { NO_CHOICE } from '#sorot/vision/model/choice.js';
import { compiledModel } from '#sorot/vision/model/compiled-store.js';
import { readCompiled } from '#sorot/vision/model/plan-file.js';
import { openModel } from '#sorot/vision/model/source.js';
import { toInput } from '#sorot/vision/preprocess.js';
import { probabilitiesOf } from '#sorot/vision/probabilities.js';
import type { Backend } from '#sorot/vision/trunk/runner.js';
import { LEGEND } from '../pictures.js';
import { answer } from './asked.js';

/** This project on one backend: the network alone, or as its callers have it. */
const [model = '', name = '', part = ''] = process.argv.slice(2);
const backend = name as Backend;

if (part === 'network') {
  const compiled = await readCompiled((await compiledModel(await openModel(model), NO_CHOICE)).folder);
  const network = await loadNetwork(compiled, { backend, threads: 1 });
  const { plan, runner } = network;
  const { height, width, channels } = plan.input;
  const input = new Float32Array(height * width * channels);
  await runner.run(input);
  const look = async () => keptPass(network, await runner.run(input));
  await answer({
    input: async (photo) => {
      const form = { resize: 'stretch', interpolation: 'bilinear' } as const;
      const { data } = await decodeForInput(await readFile(photo), plan.input, form);
      toInput(data, channels, [-1, 1], runner.layout, input);
    },
    forward: () => runner.run(input),
    heatmap: async (index) => explainClass(plan, await look(), index, 'gradcam'),
    values: async (index) => {
      const pass = await look();
      const probabilities = probabilitiesOf(pass.scores, plan.output);
      const { values } = await explainClass(plan, pass, index ?? maxIndex(probabilities), 'gradcam');
      return { probabilities: Array.from(probabilities), map: Array.from(values) };
    },
  });
  await runner.close();
} else {
  const engine = await Engine.start({ model, name: 'field', backend, threads: 1, method: 'gradcam' });
  let count = 0;
  await answer({
    picture: async (path) => {
      const photo = photoOf(await readFile(path));
      // A title of its own for each, as people get it.
      const title = `class ${String(++count)} 93 %`;
      const { probabilities } = await engine.predict({ ...photo, key: `${photo.key}-${String(count)}` });
      const known = { key: `${photo.key}-${String(count)}` };
      return engine.explain({ photo: known, class: maxIndex(probabilities), legend: { ...LEGEND, title } });
    },
  });
  await engine.close();
}
