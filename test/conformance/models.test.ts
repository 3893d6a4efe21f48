import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, Photo } from '../../src/vision/engine.js';
import { VISION_ERROR_CODES } from '../../src/vision/vision-error.js';
import { decodeForInput } from '../../src/vision/image/decode.js';
import type { Backend } from '../../src/vision/trunk/runner.js';
import { pixelRangeText } from '../../src/vision/pixel-range.js';
import { conformanceData, namesIn } from '../support/conformance-data.js';
import { indexOfLargest } from '../support/numbers.js';
import { codeOf, engineModule, withEngine } from '../support/sorot.js';
import { loadStock } from './stock.js';

const { photoOf } = engineModule;

const MODELS = conformanceData('models', 'models made by others') ?? '';
const PHOTOS = conformanceData('photos', 'models made by others, as they are tried on photos') ?? '';
const names = MODELS === '' || PHOTOS === '' ? [] : namesIn(MODELS);
const here = (wanted: readonly string[]): string[] => wanted.filter((name) => names.includes(name));

/** Models known to be TensorFlow.js ones, and what pixels they were trained on. */
const KNOWN: Readonly<Record<string, readonly [number, number]>> = { 'nsfw-mnv2': [0, 1], chili: [0, 1] };

/** Keras files: what they are, and how many classes they have. */
const KERAS: Readonly<Record<string, { readonly origin: RegExp; readonly classes: number; readonly range: string }>> = {
  'k-signmnist': { origin: /^Keras 3\.\S+ \(\.keras\)$/, classes: 25, range: '0,1' },
  'tmk-waste': { origin: /^Keras 2\.\S+ \(\.h5\)$/, classes: 4, range: '-1,1' },
};

const SUBJECTS = ['sharp-4.webp', 'cargonzalv-panda-ori0.jpg', 'tfjs-examples-image07-progressive.jpeg'];

/** Difference allowed between ways to compute the same, relative; probabilities below a millionth are all alike. */
const TOLERANCE = 1e-3;
const FLOOR = 1e-6;

function expectAlike(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length);
  Array.from(actual, (value, at) => {
    const other = expected[at] ?? NaN;
    expect(Math.abs(value - other)).toBeLessThanOrEqual(TOLERANCE * Math.max(Math.abs(value), Math.abs(other)) + FLOOR);
  });
}

async function probabilities(engine: Engine, photo: Photo): Promise<number[]> {
  return Array.from((await engine.predict(photo)).probabilities);
}

describe.runIf(here(Object.keys(KNOWN)).length > 0)('a model made by others', () => {
  let photos: Photo[];
  beforeAll(async () => {
    photos = await Promise.all(SUBJECTS.map(async (name) => photoOf(await readFile(join(PHOTOS, name)))));
  });

  it.each(here(Object.keys(KNOWN)))('(%s) predicts and explains alike on ONNX Runtime and WASM', async (name) => {
    const range = KNOWN[name] ?? [0, 1];
    const runs = (['onnx', 'wasm'] satisfies Backend[]).map((backend) =>
      withEngine({ model: join(MODELS, name), range, backend }, async (engine) => {
        expect(engine.info.backend).toBe(backend);
        const answers: number[][] = [];
        for (const photo of photos) {
          const first = indexOfLargest(await probabilities(engine, photo));
          const { values, rows, columns } = await engine.explain({ photo: { key: photo.key }, class: first });
          expect(Math.max(...values)).toBe(1);
          expect(Math.min(rows, columns)).toBeGreaterThan(1);
          answers.push(await probabilities(engine, photo), Array.from(values));
        }
        return answers;
      }),
    );
    const [onnx = [], wasm = []] = await Promise.all(runs);
    expect(onnx).toHaveLength(2 * SUBJECTS.length);
    onnx.forEach((values, at) => {
      // Maps are compared on their scale of 0 to 1, probabilities each on its own.
      if (at % 2 === 0) expectAlike(values, wasm[at] ?? []);
      else
        values.forEach((value, place) => {
          expect(value).toBeCloseTo(wasm[at]?.[place] ?? NaN, 2);
        });
    });
  });

  it.each(here(Object.keys(KNOWN)))('(%s) answers as it does in stock TensorFlow.js', async (name) => {
    const [low, high] = KNOWN[name] ?? [0, 1];
    const stock = await loadStock(join(MODELS, name));
    await withEngine({ model: join(MODELS, name), range: [low, high] }, async (engine) => {
      for (const photo of photos) {
        const { data } = await decodeForInput(photo.bytes, stock.input, {
          resize: 'stretch',
          interpolation: 'bilinear',
        });
        const picture = Float32Array.from(data, (value) => low + ((high - low) * value) / 255);
        expectAlike(await probabilities(engine, photo), stock.predict(picture));
      }
    });
  });

  it.each(here(Object.keys(KNOWN)))(
    '(%s) explains each of its classes or says that nothing speaks for it',
    async (name) => {
      await withEngine({ model: join(MODELS, name), range: KNOWN[name] ?? [0, 1] }, async (engine) => {
        const [photo] = photos;
        if (photo === undefined) throw new Error('There are photos.');
        const classes = (await probabilities(engine, photo)).keys();
        const codes: string[] = [];
        for (const index of classes)
          codes.push(await codeOf(engine.explain({ photo: { key: photo.key }, class: index })));
        expect(codes.filter((code) => code !== 'no-positive-evidence')).not.toHaveLength(0);
        expect(codes.filter((code) => code !== 'resolved' && code !== 'no-positive-evidence')).toEqual([]);
      });
    },
  );
});

describe.runIf(here(Object.keys(KERAS)).length > 0)('a Keras file made by others', () => {
  it.each(here(Object.keys(KERAS)))('(%s) predicts and explains as it is', async (name) => {
    const photo = photoOf(await readFile(join(PHOTOS, SUBJECTS[0] ?? '')));
    await withEngine({ model: join(MODELS, name) }, async (engine) => {
      const { origin, classes, range } = KERAS[name] ?? {};
      expect(engine.findings.origin).toMatch(origin ?? /none/);
      expect(engine.info).toMatchObject({ classes, backend: 'onnx', mismatch: null });
      expect(pixelRangeText(engine.session.range)).toBe(range);
      const answer = await probabilities(engine, photo);
      expect(answer.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
      const { values } = await engine.explain({ photo: { key: photo.key }, class: indexOfLargest(answer) });
      expect(Math.max(...values)).toBe(1);
    });
  });
});

const others = names.filter((name) => !(name in KNOWN) && !(name in KERAS));
describe.runIf(others.length > 0)('a model that came later', () => {
  it.each(others)('(%s) predicts, or is refused with a reason', async (name) => {
    const [file = ''] = SUBJECTS;
    const photo = photoOf(await readFile(join(PHOTOS, file)));
    const code = await codeOf(
      withEngine({ model: join(MODELS, name) }, async (engine) => {
        const first = indexOfLargest(await probabilities(engine, photo));
        await engine.explain({ photo: { key: photo.key }, class: first });
      }),
    );
    expect(['resolved', ...VISION_ERROR_CODES]).toContain(code);
    expect(code).not.toBe('crashed');
  });
});
