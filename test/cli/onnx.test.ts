import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { between, node, port } from '../support/onnx-files.js';
import { photograph } from '../support/pictures.js';
import { newFile, sorot } from '../support/sorot.js';
import { predictedIn } from './report.js';

it('sorot explain takes an .onnx file, with a mean and a deviation a channel', async () => {
  const model = await newFile('birds.onnx', between([], { last: 'map' }));
  const photo = await newFile('photo.jpg', await photograph(1));
  const range = '0.5,0.5,0.5/0.25,0.25,0.25';
  const heatmap = join(model, '..', 'heatmap.jpg');
  const { code, stdout } = await sorot([
    'explain',
    photo,
    '--model',
    model,
    '--range',
    range,
    '--json',
    '--out',
    heatmap,
  ]);
  expect(code).toBe(0);
  const { predictions } = predictedIn(stdout);
  expect(predictions.length).toBeGreaterThan(0);
  expect(predictions.every(({ probability }) => probability > 0 && probability < 1)).toBe(true);
});

it('names classes as Ultralytics has them in the file, looks at the middle, and says so', async () => {
  const metadata = { author: 'Ultralytics', names: "{0: 'wren', 1: 'robin', 2: 'finch', 3: 'swift'}" };
  const model = await newFile('birds.onnx', between([], { last: 'map', metadata }));
  const photo = await newFile('photo.jpg', await photograph(1));
  const explained = await sorot(['explain', photo, '--model', model, '--json', '--out', join(model, '..', 'map.jpg')]);
  const { predictions } = predictedIn(explained.stdout);
  for (const { label } of predictions) expect(['wren', 'robin', 'finch', 'swift']).toContain(label);
  const inspected = await sorot(['model', 'inspect', model]);
  expect(inspected.stdout).toMatch(/4, with labels/);
  expect(inspected.stdout).toMatch(
    /Pixel range 0,1: .*Ultralytics.*named as "birds\.onnx" itself.*middle of each photo/s,
  );
});

it('has kinds of classes that only the file itself names', async () => {
  const metadata = { author: 'Ultralytics', names: "{0: 'wren', 1: 'robin', 2: 'finch', 3: 'swift'}" };
  const model = await newFile('birds.onnx', between([], { last: 'map', metadata }));
  const groups = [{ label: 'songbird', classes: ['wren', 'robin', 'finch'] }];
  await writeFile(join(model, '..', 'classifier.json'), JSON.stringify({ groups, threshold: 0 }));
  const photo = await newFile('photo.jpg', await photograph(1));
  const heatmap = join(model, '..', 'heatmap.jpg');
  const explained = await sorot(['explain', photo, '--model', model, '--class', 'songbird', '--out', heatmap]);
  expect(explained).toMatchObject({ code: 0, stdout: expect.stringContaining('songbird') as string });
  await writeFile(join(model, '..', 'classifier.json'), JSON.stringify({ groups: [{ label: 'x', classes: ['owl'] }] }));
  const refused = await sorot(['explain', photo, '--model', model, '--out', heatmap]);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/classifier\.json.*owl/) as string });
});

it('takes a folder as Optimum exports it: any size, with names and preprocessing in files beside it', async () => {
  const inputs = [port('pixel_values', [null, null, null, null])];
  const nodes = [node('Identity', ['pixel_values'], 'picture')];
  const model = await newFile('model.onnx', between([], { last: 'map', inputs, before: nodes }));
  const folder = join(model, '..');
  const id2label = { 0: 'wren', 1: 'robin', 2: 'finch', 3: 'swift' };
  await writeFile(join(folder, 'config.json'), JSON.stringify({ id2label }));
  const size = { height: 16, width: 24 };
  const preprocessor = { size, image_mean: [0.4, 0.5, 0.6], image_std: [0.2, 0.2, 0.2] };
  await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor));
  const { code, stdout } = await sorot(['model', 'inspect', folder]);
  expect({ code, stdout }).toMatchObject({ code: 0 });
  expect(stdout).toMatch(/24 × 16 × 3, pixels 0\.4,0\.5,0\.6\/0\.2,0\.2,0\.2/);
  expect(stdout).toMatch(/4, with labels/);
  expect(stdout).not.toContain('Pixel range');
});
