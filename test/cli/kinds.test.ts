import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { askedClass } from '../../src/cli/asked-class.js';
import { Vocabulary } from '../../src/vision/model/class-query.js';
import { nameOf, readClassifier } from '../../src/vision/model/classifier.js';
import { modelWithKinds } from '../support/conversation.js';
import { sum } from '../support/numbers.js';
import { photograph, TEXT } from '../support/pictures.js';
import { newFile, newFolder, sorot, sorotOnce } from '../support/sorot.js';
import { heatmapIn, linesOf, predictedIn, reportsIn } from './report.js';
import type { Predicted } from './report.js';

const MEMBERS = {
  animal: ['cat', 'dog', 'polar bear'],
  pet: ['cat', 'dog'],
  vehicle: ['ship', 'lorry'],
} as const;

let photo: string;
let model: string;
/** The same model, of which a class is likely enough, and nothing is. */
let sure: string;
let unsure: string;

beforeAll(async () => {
  photo = await newFile('photo.jpg', await photograph(1));
  model = await modelWithKinds();
  sure = await modelWithKinds({ threshold: 0.25 });
  unsure = await modelWithKinds({ threshold: 0.95 });
});

async function json(...options: string[]): Promise<string> {
  const { code, stdout, stderr } = await sorotOnce(['explain', photo, '--model', model, '--json', ...options]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

/** What the members of a kind have together in a report. */
function together({ predictions }: Predicted, kind: keyof typeof MEMBERS): number {
  const members: readonly string[] = MEMBERS[kind];
  return sum(predictions.filter(({ label }) => members.includes(label)).map(({ probability }) => probability));
}

describe('sorot explain --class with a kind', () => {
  it.each([
    ['pet', 'pet'],
    ['Peliharaan', 'pet'],
    ['the pets', 'pet'],
    ['peliharan', 'pet'],
    ['hewan', 'animal'],
    ['creature', 'animal'],
    ['animmal', 'animal'],
  ])('takes "%s" for the kind %s', async (query, label) => {
    const classifier = await readClassifier(model, 'tested');
    const asked = askedClass(query, new Vocabulary(classifier, 5), classifier, 5);
    const about = asked(Float32Array.of(0.2, 0.2, 0.2, 0.2, 0.2));
    expect([about.type, nameOf(classifier, about)]).toEqual(['group', label]);
  });

  it('draws another map than for a member, its greatest value 1', async () => {
    const map = async (query: string) => heatmapIn(await json('--class', query));
    const animal = await map('hewan');
    expect(animal.class).toEqual({ type: 'group', label: 'animal' });
    expect(Math.max(...animal.values.flat())).toBe(1);
    expect((await map('polar bear')).values).not.toEqual(animal.values);
    expect((await map('pet')).values).not.toEqual(animal.values);
  });

  it('says so where nothing speaks for the kind', async () => {
    const { heatmap } = predictedIn(await json('--class', 'vehicle'));
    expect(heatmap).toMatchObject({ unavailable: 'no-positive-evidence' });
  });

  it('refuses what is neither class nor kind, and offers one like it', async () => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--class', 'vehhhiccle']);
    expect([code, stdout]).toEqual([2, '']);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/There is no class or kind "vehhhiccle"\. Did you mean "vehicle"\?/);
  });

  it('offers nothing where nothing is like it', async () => {
    const { code, stderr } = await sorot(['explain', photo, '--model', model, '--class', 'umbrella']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/There is no class or kind "umbrella"\. --json lists all classes\.$/m);
  });
});

describe('sorot explain --json of a model with kinds', () => {
  it('answers with the kind where no class is likely enough, and explains it', async () => {
    const report = predictedIn(await json());
    expect(report.predictions[0]?.probability).toBeLessThan(0.5);
    expect(report.answer).toMatchObject({ type: 'group', label: 'animal' });
    expect(report.answer.probability).toBeCloseTo(together(report, 'animal'), 6);
    expect(report.answer.probability).toBeGreaterThanOrEqual(0.5);
    expect(report.heatmap).toMatchObject({ class: { type: 'group', label: 'animal' } });
  });

  it('lists the likeliest kind and those around it, with what their members have together', async () => {
    const report = predictedIn(await json());
    const labels = report.groups.map(({ label }) => label);
    expect(labels.at(-1)).toBe('animal');
    for (const { label, probability } of report.groups) {
      expect(probability).toBeCloseTo(together(report, label as keyof typeof MEMBERS), 6);
    }
  });

  it('answers with a class above the threshold, and with nothing where nothing reaches it', async () => {
    const types: unknown[] = [];
    for (const each of [sure, unsure]) {
      const args = ['explain', photo, '--model', each, '--json'];
      const { answer, predictions, heatmap } = predictedIn((await sorot(args)).stdout);
      const [first] = predictions;
      expect(answer).toMatchObject({ label: first?.label, probability: first?.probability });
      expect(heatmap).toMatchObject({ class: { type: 'class', label: first?.label } });
      types.push(answer.type);
    }
    expect(types).toEqual(['class', 'not-sure']);
  });

  it('is one array for several photos, refused ones among them', async () => {
    const text = await newFile('letter.jpg', TEXT);
    const { code, stdout, stderr } = await sorot(['explain', photo, text, photo, '--model', model, '--json']);
    expect([code, stderr]).toEqual([1, '']);
    const reports = reportsIn(stdout);
    expect(reports.map((report) => ('error' in report ? report.error.code : report.answer.label))).toEqual([
      'animal',
      'unsupported-image',
      'animal',
    ]);
  });

  it('is an array where all of several photos are refused', async () => {
    const { code, stdout } = await sorot(['explain', 'no.jpg', 'such.jpg', '--model', model, '--json']);
    expect(code).toBe(1);
    expect(reportsIn(stdout)).toHaveLength(2);
  });
});

describe('sorot explain of a model with kinds, read by a person', () => {
  it('says the kind, and that the class is not sure', async () => {
    const cwd = await newFolder();
    const { code, stdout } = await sorot(['explain', photo, '--model', model], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}Of the kind animal \(7\d\.\d%\), not sure which\.$/m);
    expect(stdout).toMatch(/^ {2}Heatmap of animal: photo-heatmap\.jpg$/m);
    expect((await stat(join(cwd, 'photo-heatmap.jpg'))).size).toBeGreaterThan(1000);
  });

  it('names no kind where the class is sure, or nothing is', async () => {
    const lines: string[] = [];
    for (const each of [sure, unsure]) lines.push((await sorot(['explain', photo, '--model', each])).stdout);
    const [likely = '', unlikely = ''] = lines;
    expect(likely).not.toMatch(/kind|sure/i);
    expect(unlikely).toContain('Not sure.');
    expect(unlikely).not.toMatch(/kind/);
  });
});
