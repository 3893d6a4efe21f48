import { readFile } from 'node:fs/promises';
import { maxIndex } from 'd3-array';
import { colourTable } from '#sorot/vision/image/colours.js';
import { sharp } from '#sorot/vision/image/sharp.js';
import { loadGradients, loadTensorFlow } from '#sorot/vision/trunk/tensorflow.js';
import type { TensorFlowBackend } from '#sorot/vision/trunk/tensorflow.js';
import { openLayers, usualGradCam } from '../stock-recipe.js';
import { answer, scaled } from './asked.js';

/** Stock TensorFlow.js: a `LayersModel`, the usual Grad-CAM recipe, sharp for pictures. */
const [folder = '', name = ''] = process.argv.slice(2);
const backend = name as TensorFlowBackend;

const SIDE = 224;
const MAP = 7;
/** The longer side of the picture, and its JPEG quality. */
const PICTURE = 800;
const QUALITY = 85;

const tf = await loadTensorFlow(backend);
const { model } = await openLayers(folder, tf);
loadGradients();
await tf.setBackend(backend);
const gradCam = usualGradCam(tf, model, 'out_relu');

async function pixelsOf(photo: Buffer): Promise<Float32Array> {
  const pixels = await sharp(photo)
    .removeAlpha()
    .resize(SIDE, SIDE, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return Float32Array.from(pixels, (value) => value / 127.5 - 1);
}

const predict = (picture: Float32Array): Float32Array =>
  tf.tidy(() => {
    const result = model.predict(tf.tensor(picture, [1, SIDE, SIDE, 3]));
    return Float32Array.from((Array.isArray(result) ? result[0] : result)?.dataSync() ?? []);
  });

let input: Float32Array = new Float32Array(SIDE * SIDE * 3);
predict(input);

const TABLE = colourTable('turbo');

async function overlay(photo: Buffer, map: readonly number[]): Promise<Buffer> {
  const resized = sharp(photo).resize(PICTURE, PICTURE, { fit: 'inside' }).removeAlpha().raw();
  const { data, info } = await resized.toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const large = tf.tidy(() =>
    tf.image.resizeBilinear(tf.tensor4d([...map], [1, MAP, MAP, 1]), [height, width], false, true).dataSync(),
  );
  large.forEach((value, place) => {
    const level = Math.round(Math.min(Math.max(value, 0), 1) * 255) * 3;
    for (let channel = 0; channel < 3; channel++) {
      const at = place * 3 + channel;
      data[at] = 0.6 * (data[at] ?? 0) + 0.4 * (TABLE[level + channel] ?? 0);
    }
  });
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: QUALITY })
    .toBuffer();
}

await answer({
  input: async (photo) => {
    input = await pixelsOf(await readFile(photo));
  },
  forward: () => Promise.resolve(predict(input)),
  heatmap: (index) => Promise.resolve(gradCam(input, () => index)),
  values: (index) => {
    const probabilities = predict(input);
    const map = gradCam(input, () => index ?? maxIndex(probabilities));
    return Promise.resolve({ probabilities: Array.from(probabilities), map: scaled(map) });
  },
  picture: async (path) => {
    const photo = await readFile(path);
    const map = gradCam(await pixelsOf(photo), (probabilities) => maxIndex(probabilities()));
    return overlay(photo, scaled(map));
  },
});
