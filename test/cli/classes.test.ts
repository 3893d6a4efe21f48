import { beforeAll, describe, expect, it } from 'vitest';
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

async function explained(query: string): Promise<unknown> {
  const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--class', query, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return (predictedIn(stdout).heatmap as { class?: unknown }).class;
}

describe('sorot explain --class', () => {
  it.each(['Polar bear', 'polar bear', 'POLAR BEAR', ' polar bear ', 'beruang kutub', 'Beruang Kutub', '#2'])(
    'takes "%s" for the class with that label or index',
    async (query) => {
      expect(await explained(query)).toEqual({ type: 'class', index: 2, label: 'Polar bear' });
    },
  );

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
    const { code, stderr } = await sorot(['explain', photo, '--model', model, '--class', 'kaapll']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/Did you mean "Ship"\?/);
  });

  it.each([
    ['6', /1 to 5/],
    ['0', /1 to 5/],
    ['#5', /#0 to #4/],
    ['', /label/],
    ['?', /no class or kind "\?"\.$/m],
    ['zebra', /no class or kind "zebra"\.$/m],
  ])('refuses "%s" and says what there is', async (query, expected) => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--class', query]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
  });

  it('prints no document with --json where the class was a mistake', async () => {
    const { code, stdout } = await sorot(['explain', photo, '--model', model, '--class', 'zebra', '--json']);
    expect([code, stdout]).toEqual([2, '']);
  });

  it('asks for a rank or an index where the model has no labels', async () => {
    const unlabelled = goldenFolder('flatten-dense');
    const { code, stderr } = await sorot(['explain', photo, '--model', unlabelled, '--class', 'cat']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no labels.*rank.*index/);
  });

  it('refuses an unknown label even where the photo is refused', async () => {
    const { code } = await sorot(['explain', 'no-such.jpg', '--model', model, '--class', 'zebra']);
    expect(code).not.toBe(0);
  });
});
