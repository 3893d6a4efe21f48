import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { TEXT, photograph } from '../support/pictures.js';
import { COMMAND, goldenFolder, modelWithoutMap, newFile, newFolder, sorot, sorotOnce } from '../support/sorot.js';
import { heatmapIn, predictedIn, refusedIn, reportLinesIn, reportsIn } from './report.js';

const model = goldenFolder('pooling-dense');
let photo: string;
let text: string;

beforeAll(async () => {
  photo = await newFile('wide.jpg', await photograph(1, 300, 200));
  text = await newFile('letter.jpg', TEXT);
});

describe('sorot explain --json', () => {
  it('prints the report of one photo as an array of one', async () => {
    const { code, stdout, stderr } = await sorotOnce(['explain', photo, '--model', model, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const report = predictedIn(stdout);
    expect(report.photo).toEqual({ file: photo, width: 300, height: 200 });
    expect(report.model).toEqual({
      name: 'pooling-dense',
      backend: 'onnx',
      layer: 'out_relu',
      method: 'gradcam',
      inputSize: [32, 32],
    });
  });

  it('gives the input size as height and width', async () => {
    const args = ['explain', photo, '--model', goldenFolder('flatten-dense'), '--json'];
    expect(predictedIn((await sorot(args)).stdout).model.inputSize).toEqual([24, 20]);
  });

  it('lists every class once, most likely first, with probabilities that sum to 1', async () => {
    const { predictions } = predictedIn((await sorotOnce(['explain', photo, '--model', model, '--json'])).stdout);
    expect(predictions.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4]);
    const probabilities = predictions.map(({ probability }) => probability);
    expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
    expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
  });

  it('gives the map of the first class in rows and columns, its greatest value 1', async () => {
    const { stdout } = await sorotOnce(['explain', photo, '--model', model, '--json']);
    const { rows, columns, values, class: explained } = heatmapIn(stdout);
    expect([rows, columns]).toEqual([8, 8]);
    expect(values.map((row) => row.length)).toEqual(Array.from({ length: rows }, () => columns));
    expect(Math.max(...values.flat())).toBe(1);
    const [first] = predictedIn(stdout).predictions;
    expect(explained).toEqual({ type: 'class', index: first?.index, label: first?.label });
  });

  it('gives the rows of a map that is not square in their order', async () => {
    const { rows, columns, values } = heatmapIn(
      (await sorot(['explain', photo, '--model', goldenFolder('many-sigmoids'), '--json'])).stdout,
    );
    expect([rows, columns, values.length, values[0]?.length]).toEqual([5, 7, 5, 7]);
  });

  it('names the heatmap file, which lies there', async () => {
    const { stdout, cwd } = await sorotOnce(['explain', photo, '--model', model, '--json']);
    const { file } = heatmapIn(stdout);
    expect((await stat(join(cwd, file))).size).toBeGreaterThan(1000);
  });

  it('prints an array for several photos, in their order, refused ones among them', async () => {
    const { code, stdout, stderr } = await sorotOnce(['explain', photo, text, photo, '--model', model, '--json']);
    expect([code, stderr]).toEqual([1, '']);
    const reports = reportsIn(stdout);
    expect(reports.map((report) => ('error' in report ? report.error.code : 'predicted'))).toEqual([
      'predicted',
      'unsupported-image',
      'predicted',
    ]);
  });

  it('prints an array for one refused photo too, and says what is wrong with it nowhere else', async () => {
    const { code, stdout, stderr } = await sorot(['explain', text, '--model', model, '--json']);
    expect([code, stderr]).toEqual([1, '']);
    const { photo: refused, error } = refusedIn(stdout);
    expect([refused.file, error.code]).toEqual([text, 'unsupported-image']);
    const read = await sorot(['explain', text, '--model', model]);
    expect([read.stdout, read.stderr]).toEqual(['', `sorot: ${text}: ${error.message}\n`]);
  });

  it('tells a photo that is not there from one that is no picture', async () => {
    const { stdout } = await sorot(['explain', 'no-such.jpg', '--model', model, '--json']);
    expect(refusedIn(stdout)).toMatchObject({ photo: { file: 'no-such.jpg' }, error: { code: 'not-found' } });
  });

  it('says which heatmap could not be written, and fails', async () => {
    const cwd = await newFolder();
    await mkdir(join(cwd, 'why.jpg'));
    await symlink('why.jpg', join(cwd, 'wide-heatmap.jpg'));
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--json'], { cwd });
    expect([code, stderr]).toEqual([1, '']);
    expect(predictedIn(stdout).heatmap).toMatchObject({ unavailable: 'not-written' });
  });

  it('gives the reason where nothing speaks for the class, and succeeds', async () => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--model', model, '--class', '#4', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(predictedIn(stdout).heatmap).toMatchObject({ unavailable: 'no-positive-evidence' });
  });

  it('gives the reason where the model cannot be explained, and succeeds', async () => {
    const { code, stdout } = await sorot(['explain', photo, '--model', await modelWithoutMap(), '--json']);
    expect(code).toBe(0);
    const { predictions, heatmap, model: facts } = predictedIn(stdout);
    expect(predictions).toHaveLength(3);
    expect(heatmap).toMatchObject({ unavailable: 'unsupported-model' });
    expect(facts.layer).toBeNull();
  });

  it('says the same again for the same photo', async () => {
    const args = ['explain', photo, text, photo, '--model', model, '--json'];
    const [first, , second] = reportsIn((await sorotOnce(args)).stdout);
    if (first === undefined || second === undefined || 'error' in first || 'error' in second)
      throw new Error(args.join(' '));
    expect(second.predictions).toEqual(first.predictions);
    expect(second.heatmap).toMatchObject({ values: (first.heatmap as { values: unknown }).values });
  });
});

describe('sorot explain --json-lines', () => {
  it('prints what --json does, an object a line', async () => {
    const { code, stdout, stderr } = await sorot(['explain', photo, text, '--model', model, '--json-lines']);
    expect([code, stderr]).toEqual([1, '']);
    const [first, second, ...more] = reportLinesIn(stdout);
    expect(more).toEqual([]);
    expect([first?.photo.file, second?.photo.file]).toEqual([photo, text]);
    expect(second).toMatchObject({ error: { code: 'unsupported-image' } });
    const [same] = reportsIn((await sorotOnce(['explain', photo, text, photo, '--model', model, '--json'])).stdout);
    expect(first).toEqual({ ...same, milliseconds: expect.anything() as unknown });
  });

  it('prints each line as soon as its photo is done: what is interrupted has printed whole lines', async () => {
    const photos = Array.from({ length: 200 }, () => photo);
    const child = spawn(process.execPath, [COMMAND, 'explain', ...photos, '--model', model, '--json-lines'], {
      cwd: await newFolder(),
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      child.kill('SIGINT');
    });
    await once(child, 'close');
    expect(reportLinesIn(printed).length).toBeGreaterThan(0);
    expect(reportLinesIn(printed).length).toBeLessThan(photos.length);
  });

  it('is not asked for together with --json', async () => {
    const { code, stdout, stderr } = await sorot(['explain', photo, '--json', '--json-lines']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--json-lines.*--json.*\nRun sorot explain --help for usage\.\n$/);
  });
});
