import { beforeAll, describe, expect, it } from 'vitest';
import { askedClass } from '../../src/cli/asked-class.js';
import { Vocabulary } from '../../src/vision/model/class-query.js';
import { readClassifier } from '../../src/vision/model/classifier.js';
import type { ClassOrGroup } from '../../src/vision/model/classifier.js';
import { photograph } from '../support/pictures.js';
import { copyModel, goldenFolder, newFile, sorot } from '../support/sorot.js';
import { linesOf, predictedIn } from './report.js';

const LABELS = [
  { en: 'Cat', id: 'kucing' },
  { en: 'Dog', id: 'anjing' },
  { en: 'Polar bear', id: 'beruang kutub' },
  { en: 'Ship', id: 'kapal' },
  { en: 'Lorry', id: 'truk' },
];

let photo: string;
let model: string;

beforeAll(async () => {
  photo = await newFile('photo.jpg', await photograph(1));
  model = await copyModel('pooling-dense', 'labelled', { name: 'Five things', labels: LABELS });
});

/** What `--class` means where every class is as likely. */
async function asked(query: string, folder = model): Promise<ClassOrGroup> {
  const classifier = await readClassifier(folder, 'tested');
  return askedClass(query, new Vocabulary(classifier, 5), classifier, 5)(new Float32Array(5).fill(0.2));
}

/** It is a mistake in the arguments, and this is said of it. */
async function expectRefused(query: string, message: RegExp, folder = model): Promise<void> {
  await expect(asked(query, folder)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringMatching(message) as string,
  });
}

async function explained(query: string): Promise<unknown> {
  const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--class', query, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return (predictedIn(stdout).heatmap as { class?: unknown }).class;
}

describe('sorot explain --class', () => {
  it.each(['Polar bear', 'polar bear', 'POLAR BEAR', ' polar bear ', 'beruang kutub', 'Beruang Kutub', '#2'])(
    'takes "%s" for the class with that label or index',
    async (query) => {
      expect(await asked(query)).toEqual({ type: 'class', index: 2 });
    },
  );

  it.each([' BERUANG kutub ', '#2'])('explains the class that "%s" means', async (query) => {
    expect(await explained(query)).toEqual({ type: 'class', index: 2, label: 'Polar bear' });
  });

  it('takes a number for a rank of this photo', async () => {
    const { stdout } = await sorot(['explain', photo, '--model', model, '--class', '2', '--json']);
    const { predictions, heatmap } = predictedIn(stdout);
    const second = predictions[1];
    expect(heatmap).toMatchObject({ class: { type: 'class', index: second?.index, label: second?.label } });
  });

  it('refuses a label that is not there and names one like it', async () => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--class', 'shiipp']);
    expect([code, stdout]).toEqual([2, '']);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/no class or kind "shiipp"\. Did you mean "Ship"\?/);
  });

  it('takes the Indonesian label as near too', async () => {
    await expectRefused('kaapll', /Did you mean "Ship"\?/);
  });

  it.each([
    ['6', /1 to 5/],
    ['0', /1 to 5/],
    ['#5', /#0 to #4/],
    ['?', /no class or kind "\?"\. --json lists all classes\.$/m],
    ['zebra', /no class or kind "zebra"\. --json lists all classes\.$/m],
  ])('refuses "%s" and says what there is', expectRefused);

  it('refuses an empty one before anything is loaded', async () => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--class', '']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/label/);
  });

  it('prints no document with --json where the class was a mistake', async () => {
    const { code, stdout } = await sorot(['explain', photo, '--model', model, '--class', 'zebra', '--json']);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('asks for a rank or an index where the model has no labels', async () => {
    const unlabelled = goldenFolder('flatten-dense');
    await expectRefused('cat', /no labels.*rank.*index/, unlabelled);
  });

  it('refuses an unknown label even where the photo is refused', async () => {
    const { code } = await sorot(['explain', 'no-such.jpg', '--model', model, '--class', 'zebra']);
    expect(code).not.toBe(0);
  });
});
