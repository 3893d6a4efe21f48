import { join } from 'node:path';
import { expect, it } from 'vitest';
import { between } from '../support/onnx-files.js';
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
