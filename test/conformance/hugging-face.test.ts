import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '../support/numbers.js';
import { withEngine } from '../support/sorot.js';

/** Where `test/onnx-zoo/make_hugging_face_zoo.py` has written. */
const { SOROT_ONNX_ZOO: zoo = '' } = process.env;

const pictured = v.object({
  labels: v.array(v.string()),
  outputs: v.array(v.number()),
  map: v.nullish(v.object({ class: v.number(), cam: v.array(v.array(v.number())) })),
});

const folders = (zoo === '' ? [] : readdirSync(zoo)).filter((name) => existsSync(join(zoo, name, 'pictured.json')));

describe.runIf(folders.length > 0)('a folder as Optimum exports it', () => {
  it.each(folders)(
    '%s: names and preprocessing are its own, probabilities and Grad-CAM as transformers computes them',
    async (name) => {
      const folder = join(zoo, name);
      const { labels, outputs, map } = v.parse(
        pictured,
        JSON.parse(readFileSync(join(folder, 'pictured.json'), 'utf8')),
      );
      await withEngine({ model: folder }, async (engine) => {
        expect(engine.classifier.labels.map(({ names }) => names.en)).toEqual(labels);
        expect(engine.notes.map(({ about }) => about)).toEqual(['no-softmax']);
        const bytes = await readFile(join(folder, 'picture.png'));
        const { probabilities } = await engine.predict({ key: name, bytes });
        expect(largestDifference(probabilities, Float32Array.from(outputs))).toBeLessThan(1e-5);
        if (!map) return;
        const { values } = await engine.explain({ photo: { key: name }, class: map.class, method: 'gradcam' });
        expect(largestDifference(values, Float32Array.from(map.cam.flat()))).toBeLessThan(1e-3);
      });
    },
  );
});
