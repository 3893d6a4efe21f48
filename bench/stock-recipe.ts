import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readLayers } from '#sorot/vision/model/keras/read.js';
import { readLayersModel } from '#sorot/vision/model/read-layers.js';
import type { LoadedLayers } from '#sorot/vision/model/read-layers.js';
import { openModel } from '#sorot/vision/model/source.js';
import { loadLayersPackage } from '#sorot/vision/trunk/tensorflow.js';
import type { TensorFlow } from '#sorot/vision/trunk/tensorflow.js';

export function channelsFirst(picture: Float32Array, channels: number): Float32Array {
  const places = picture.length / channels;
  return Float32Array.from(picture, (_, at) => picture[(at % places) * channels + Math.floor(at / places)] ?? 0);
}

/**
 * The usual TensorFlow.js recipe for Grad-CAM: a sub-model up to the feature map, the layers behind it once more, a whole
 * forward pass, then the gradient of one output.
 *
 * @returns the map of the class that `choose` takes after looking at the probabilities: rows x columns, before scaling
 */
export function usualGradCam(
  tf: TensorFlow,
  model: LayersModel,
  layer: string,
): (picture: Float32Array, choose: (probabilities: () => Float32Array) => number) => Float32Array {
  const layers = loadLayersPackage();
  const target = model.getLayer(layer);
  const output = Array.isArray(target.output) ? target.output[0] : target.output;
  if (output === undefined) throw new RangeError(`Layer ${layer} has no output.`);
  const trunk = layers.model({ inputs: model.inputs, outputs: output });
  const after = model.layers.slice(model.layers.indexOf(target) + 1);
  const shape = model.inputs[0]?.shape.slice(1).map((side) => side ?? 1) ?? [];
  return (picture, choose) =>
    tf.tidy(() => {
      const features = trunk.predict(tf.tensor(picture, [1, ...shape]));
      if (Array.isArray(features)) throw new RangeError('One feature map was expected.');
      const head = (input: typeof features): typeof features =>
        after.reduce((value, each) => {
          const applied = each.apply(value);
          if (!(applied instanceof tf.Tensor)) throw new RangeError('A tensor was expected.');
          return applied;
        }, input);
      const index = choose(() => Float32Array.from(head(features).dataSync()));
      const gradient = tf.grad((input) => {
        const scores = head(input);
        return tf.sum(tf.mul(scores, tf.oneHot(tf.tensor1d([index], 'int32'), scores.shape[1] ?? 1)));
      })(features);
      const weights = tf.mean(gradient, [1, 2], true);
      return Float32Array.from(tf.relu(tf.sum(tf.mul(features, weights), -1)).dataSync());
    });
}

export async function openLayers(folder: string, tf: TensorFlow): Promise<LoadedLayers> {
  const source = await openModel(folder);
  if (source.form === 'tfjs-graph' || source.form === 'onnx') {
    throw new RangeError('The benchmark needs a layers model.');
  }
  return readLayersModel(await readLayers(source), tf);
}
