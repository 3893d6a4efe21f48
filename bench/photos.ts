import { decodeForInput, decodeForOverlay, overlaySize } from '#sorot/vision/image/decode.js';
import { readHeader } from '#sorot/vision/image/header.js';
import { sharp } from '#sorot/vision/image/sharp.js';
import { Engine } from '#sorot/vision/engine.js';
import { NO_CHOICE } from '#sorot/vision/model/choice.js';
import { compiledModel } from '#sorot/vision/model/compiled-store.js';
import { readCompiled } from '#sorot/vision/model/plan-file.js';
import { openModel } from '#sorot/vision/model/source.js';
import { likeliestClasses } from '#sorot/vision/model/answer.js';
import { loadNetwork } from '#sorot/vision/loaded-network.js';
import { ratio, timeInTurn } from './measure.js';
import { LEGEND, madePhoto } from './pictures.js';
import type { Row } from './report.js';

/** At most so many times what the steps alone take, for the photo of 1280 x 960. */
export interface PhotoLimits {
  readonly predict: number;
  readonly explain?: number;
}

/** Quality of the encoded heatmap that the floor encodes with too. */
const FLOOR_QUALITY = 85;

/**
 * Every stage of photos of two sizes: the parts measured alone in this process, then what a caller of the engine
 * waits for, process boundary included.
 */
export async function benchPhotos(
  section: string,
  folder: string,
  rounds: number,
  limits: PhotoLimits,
): Promise<Row[]> {
  const { folder: compiled } = await compiledModel(await openModel(folder), NO_CHOICE);
  const { plan, runner } = await loadNetwork(await readCompiled(compiled), { backend: 'onnx', threads: 1 });
  const input = new Float32Array(plan.input.height * plan.input.width * plan.input.channels);
  // In float32, as the forward pass that it is held against.
  const engine = await Engine.start({ model: folder, name: 'bench', precision: 'float32' });
  const { form } = engine.session;
  const rows: Row[] = [];
  try {
    for (const [name, width, height] of [
      ['1280x960', 1280, 960],
      ['12 MP', 4000, 3000],
    ] as const) {
      const bytes = await madePhoto(width, height);
      const header = await readHeader(bytes);
      const size = overlaySize(header);
      const overlay = await decodeForOverlay(bytes, size);
      const raw = { width: overlay.width, height: overlay.height, channels: 3 } as const;
      const { probabilities } = await engine.predict({ key: name, bytes });
      const [best] = likeliestClasses(probabilities, 1);
      if (best === undefined) throw new Error('The model has no classes.');
      let count = 0;
      const timings = await timeInTurn(
        {
          'header check': () => readHeader(bytes),
          'decode to input': () => decodeForInput(bytes, plan.input, form),
          'forward pass': () => runner.run(input),
          'photo to prediction': () => engine.predict({ key: `${name}-${++count}`, bytes }),
          // As sharp does it by itself.
          'decode to 800 px': () => sharp(bytes).resize(size.width, size.height).raw().toBuffer(),
          'JPEG encode': () => sharp(overlay.data, { raw }).jpeg({ quality: FLOOR_QUALITY }).toBuffer(),
          // Every photo has its own title.
          'prediction to heatmap': () =>
            engine.explain({
              photo: { key: `${name}-${count}` },
              class: best.index,
              legend: { ...LEGEND, title: `class ${count} 93 %` },
            }),
        },
        rounds,
      );
      for (const timing of timings.values()) {
        rows.push({ section: `${section}, ${name}`, name: timing.name, value: timing.median, unit: 'ms' });
      }
      const bound = name === '1280x960';
      rows.push({
        section: `${section}, ${name}`,
        name: 'prediction : decode + forward',
        value: ratio(timings, 'photo to prediction', ['decode to input', 'forward pass']),
        unit: 'x',
        ...(bound && { limit: limits.predict }),
      });
      rows.push({
        section: `${section}, ${name}`,
        name: 'heatmap : decode + encode',
        value: ratio(timings, 'prediction to heatmap', ['decode to 800 px', 'JPEG encode']),
        unit: 'x',
        ...(bound && limits.explain !== undefined && { limit: limits.explain }),
      });
    }
  } finally {
    await engine.close();
    await runner.close();
  }
  return rows;
}
