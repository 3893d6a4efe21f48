import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseMethod, parseRange } from '../../src/cli/arguments.js';
import { BACKENDS } from '../support/backends.js';
import { photograph } from '../support/pictures.js';
import { copyModel, newFile, sorot, sorotOnce } from '../support/sorot.js';
import { heatmapIn, linesOf, predictedIn } from './report.js';

let model: string;
let photo: string;

beforeAll(async () => {
  model = await copyModel('flatten-dense', 'flat', { range: [0, 1] });
  photo = await newFile('photo.jpg', await photograph(1));
});

const explain = (...args: string[]) =>
  sorotOnce(['explain', photo, '--model', model, '--class', '#0', '--json', ...args]);

describe('sorot explain --layer', () => {
  it('explains another layer, with its map', async () => {
    const { stdout } = await explain('--layer', 'conv_b', '--method', 'layercam');
    const { rows, columns } = heatmapIn(stdout);
    const { layer, method } = predictedIn(stdout).model;
    expect([layer, method, rows, columns]).toEqual(['conv_b', 'layercam', 12, 10]);
  });

  it('predicts the same whichever layer is explained', async () => {
    const [usual, other] = await Promise.all([explain(), explain('--layer', 'conv_b')]);
    const probabilities = (text: string): number[] =>
      predictedIn(text)
        .predictions.toSorted((a, b) => a.index - b.index)
        .map(({ probability }) => probability);
    const expected = probabilities(usual.stdout);
    probabilities(other.stdout).forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] ?? NaN, 4);
    });
  });

  it('that the model does not have is a mistake, answered with layers it has', async () => {
    const { code, stdout, stderr } = await explain('--layer', 'conv_z');
    expect([code, stdout]).toEqual([2, '']);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/"conv_z".*conv_b/);
  });
});

describe('sorot explain --method', () => {
  it.each([
    ['gradcam', 'gradcam'],
    ['Grad-CAM', 'gradcam'],
    ['HiResCAM', 'hirescam'],
    ['layer_cam', 'layercam'],
    ['Grad-CAM++', 'gradcamplusplus'],
    ['grad_cam_plus_plus', 'gradcamplusplus'],
  ])('takes %s for %s', (given, method) => {
    expect(parseMethod(given)).toBe(method);
  });

  it('gives other maps by other methods, HiResCAM by itself where the head is not pooling', async () => {
    const [usual, hires, grad] = await Promise.all([
      explain(),
      explain('--method', 'hirescam'),
      explain('--method', 'Grad-CAM'),
    ]);
    expect([usual, hires, grad].map(({ code }) => code)).toEqual([0, 0, 0]);
    const methods = [usual, hires, grad].map(({ stdout }) => predictedIn(stdout).model.method);
    expect(methods).toEqual(['hirescam', 'hirescam', 'gradcam']);
    expect(heatmapIn(usual.stdout).values).toEqual(heatmapIn(hires.stdout).values);
    expect(heatmapIn(grad.stdout).values).not.toEqual(heatmapIn(hires.stdout).values);
  });

  it('that there is not is a mistake, answered with those there are', async () => {
    const { code, stdout, stderr } = await explain('--method', 'magic');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/magic.*gradcam, hirescam, layercam/);
  });
});

describe('sorot explain --range', () => {
  it('changes what the network sees', async () => {
    const [unit, symmetric] = await Promise.all([explain('--range', '0,1'), explain('--range', '-1,1')]);
    expect([unit.code, symmetric.code]).toEqual([0, 0]);
    expect(predictedIn(unit.stdout).predictions).not.toEqual(predictedIn(symmetric.stdout).predictions);
  });

  it.each(['1', '0,0', 'a,b', '0,1,2', ',1', '', '0;1', 'NaN,1', '0,Infinity'])('refuses "%s"', (range) => {
    expect(() => parseRange(range)).toThrow(/such as 0,1/);
  });

  it.each(['1', ''])('refuses "%s" as a mistake', async (range) => {
    const { code, stdout, stderr } = await explain(`--range=${range}`);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/such as 0,1/);
  });
});

describe('sorot explain --backend', () => {
  it.each(BACKENDS)('runs on %s', async (backend) => {
    const { code, stdout } = await explain('--backend', backend);
    expect([code, predictedIn(stdout).model.backend]).toEqual([0, backend]);
  });
});

describe('wrong arguments', () => {
  it.each([
    [['explain']],
    [['explain', 'photo.jpg', '--nonsense']],
    [['explain', 'photo.jpg', '--model']],
    [['explane', 'photo.jpg']],
    [['--nonsense']],
  ])('%j are told apart from failures by exit code 2', async (args) => {
    const { code, stdout, stderr } = await sorot(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^sorot: .*\n(?:\(Did you mean explain\?\)\n)?Run sorot(?: explain)? --help for usage\.\n$/);
  });
});

describe('what is not there', () => {
  it('is said in one line: a photo', async () => {
    const { code, stdout, stderr } = await sorot(['explain', 'no-such.jpg', '--model', model]);
    expect([code, stdout]).toEqual([1, '']);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/no-such\.jpg: There is no such file/);
  });

  it.each(['no-such-model', './no/such/model'])('is said in one line: the model %s', async (name) => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', name]);
    expect([code, stdout]).toEqual([1, '']);
    expect(linesOf(stderr)).toEqual([expect.stringContaining(`"${name}"`)]);
  });
});

describe('a model that is broken', () => {
  it.each([
    ['model.json', 'not\nJSON'],
    ['model.json', '{"modelTopology": {}, "weightsManifest": []}'],
    ['weights.bin', 'too short'],
    ['classifier.json', '{"labels": ["a"'],
    ['classifier.json', '{"labelz": [], "range": 3, "method": "magic"}'],
  ])('is refused in one line where %s holds %s', async (file, content) => {
    const broken = await copyModel('one-sigmoid', 'broken');
    await writeFile(join(broken, file), content);
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', broken]);
    expect([code, stdout]).toEqual([1, '']);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^sorot: \S.{20,}/)]);
  });
});
