import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/vision/engine.js';
import { decodeForOverlay, overlaySize } from '../../src/vision/image/decode.js';
import { readHeader } from '../../src/vision/image/header.js';
import { conformanceData } from '../support/conformance-data.js';
import { engineModule, withEngine } from '../support/sorot.js';

const { photoOf } = engineModule;

const CASES = conformanceData('cases', 'cases from public reports');
const MODELS = join(CASES ?? '', 'models');
const PHOTOS = join(CASES ?? '', 'photos');

/** Each the picture of 00-plain.jpg, or of its size, and what makes it odd. */
const INTACT = ['b1-extraneous-before-dqt.jpg', 'b4-tiff-printim.tif'] as const;

const BLUE = 1;

/** What a model makes of the blue square: the probability of each class, and the map of blue. */
async function looksAtBlue(engine: Engine) {
  const photo = photoOf(await readFile(join(PHOTOS, 'blue-square.png')));
  const { probabilities } = await engine.predict(photo);
  const { values } = await engine.explain({ photo, class: BLUE });
  return { probabilities: [...probabilities], map: [...values] };
}

const on = (name: string, range?: readonly [number, number]) =>
  withEngine({ model: join(MODELS, name), ...(range !== undefined && { range }) }, async (engine) => ({
    ...(await looksAtBlue(engine)),
    range: engine.range,
    output: engine.findings.output,
    notes: engine.notes.map(({ about }) => about),
  }));

function expectAlike(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at] ?? NaN, 4);
  });
}

describe.runIf(CASES !== null)('a case from a public report', () => {
  it('c1: one number without its sigmoid answers and explains as with it', async () => {
    const [logit, sigmoid] = [await on('c1-one-logit', [0, 1]), await on('c1-one-sigmoid', [0, 1])];
    expect(sigmoid.probabilities[BLUE]).toBeGreaterThan(0.5);
    expectAlike(logit.probabilities, sigmoid.probabilities);
    expectAlike(logit.map, sigmoid.map);
    expect(logit.notes).toEqual(['two-classes']);
  });

  it('c2: three labels for two outputs are refused with both numbers and the usual cause', async () => {
    await expect(on('c2-too-many-labels')).rejects.toMatchObject({
      code: 'invalid-model',
      message: expect.stringMatching(/2 classes.*3 labels.*"background"/) as string,
    });
  });

  it('c3: Rescaling(1/255) inside takes 0 to 255, and answers as the same without it on 0 to 1', async () => {
    const [inside, outside] = [await on('c3-rescaling-inside'), await on('c4-two-outputs', [0, 1])];
    expect(inside.range).toEqual({ from: 'own-layers', layer: 'rescaling', range: [0, 255] });
    expect(inside.probabilities[BLUE]).toBeGreaterThan(0.5);
    expectAlike(inside.probabilities, outside.probabilities);
  });

  it('c4: of a regression and a classification the classification is taken, by its name', async () => {
    const { output, notes, probabilities } = await on('c4-two-outputs', [0, 1]);
    expect(output).toMatchObject({ name: 'probs', among: 2, kind: 'softmax' });
    expect(notes).toEqual(['output']);
    expect(probabilities[BLUE]).toBeGreaterThan(0.5);
  });

  it.each([
    'd1-keras3-sequential',
    'd3-leaky-alpha-0',
    'd3-leaky-negative-slope-0',
    'd4-randomflip',
    'd5-prefix-sequential',
  ])('%s answers and explains as the same network written otherwise', async (name) => {
    const [answer, expected] = [await on(name, [0, 1]), await on('c4-two-outputs', [0, 1])];
    expectAlike(answer.probabilities, expected.probabilities);
    expectAlike(answer.map, expected.map);
  });

  it.each(INTACT)('%s is read as the picture that it is', async (name) => {
    const probabilitiesOf = (engine: Engine, file: string) =>
      readFile(join(PHOTOS, file)).then(async (bytes) => [...(await engine.predict(photoOf(bytes))).probabilities]);
    await withEngine({ model: join(MODELS, 'c1-one-sigmoid'), range: [0, 1] }, async (engine) => {
      const [odd, plain] = [await probabilitiesOf(engine, name), await probabilitiesOf(engine, '00-plain.jpg')];
      odd.forEach((value, at) => {
        expect(value).toBeCloseTo(plain[at] ?? NaN, 1);
      });
    });
  });

  it.each(['b4-tiff-float-grey-0-1.tif', 'b4-tiff-int16.tif'])('%s is neither black nor white', async (name) => {
    const bytes = await readFile(join(PHOTOS, name));
    const { data } = await decodeForOverlay(bytes, overlaySize(await readHeader(bytes)));
    expect(data.some((level) => level < 64)).toBe(true);
    expect(data.some((level) => level > 192)).toBe(true);
  });
});
