import { VisionError } from '../../vision-error.js';
import type { FileInput } from '../../trunk/plan.js';
import { pictureOf } from '../network.js';
import type { Network } from '../network.js';
import type { OnnxModel } from './onnx-file.js';
import { TENSOR_TYPE } from './onnx-tensor.js';
import type { CompileChoice } from '../choice.js';

/** How the file wants the picture. */
export interface OnnxPicture extends FileInput {
  readonly input: Network['input'];
}

function invalid(message: string): VisionError {
  return new VisionError('invalid-model', message);
}

/** Types of numbers that a picture is taken in. */
const PICTURE_TYPES: ReadonlyMap<number, FileInput['type']> = new Map([
  [TENSOR_TYPE.float, 'float32'],
  [TENSOR_TYPE.half, 'float16'],
  [TENSOR_TYPE.uint8, 'uint8'],
]);

/** How a model of Keras gets into a file whole. */
const KERAS_WAY =
  'If all but one are constants of its layers, convert a SavedModel: model.export("saved"), then python -m tf2onnx.convert --saved-model saved --output x.onnx. Keras files (.keras, .h5) are read as they are.';

/**
 * The picture that a model takes.
 *
 * @param said where the model takes any: what something else says. Nearly all take three channels.
 * @throws VisionError `invalid-model` for a model that takes something else.
 */
export function pictureIn({ inputs, producer }: OnnxModel, said: CompileChoice['picture']): OnnxPicture {
  const [picture, another] = inputs;
  if (picture === undefined || another !== undefined) {
    const names = inputs.map(({ name }) => `"${name}"`).join(', ');
    const all = `The model takes ${inputs.length} inputs${names === '' ? '' : ` (${names})`}, not one picture.`;
    // Of a function tf2onnx makes inputs of what a Normalization layer has learnt, and leaves the numbers out.
    const way = producer.startsWith('tf2onnx') ? ` ${KERAS_WAY}` : '';
    throw invalid(`${all}${way}`);
  }
  const { name, shape } = picture;
  const type = PICTURE_TYPES.get(picture.type);
  if (type === undefined) {
    throw invalid(
      `The model's input "${name}" takes neither float32, float16 nor uint8 numbers: export it with one of them.`,
    );
  }
  if (shape?.length !== 4)
    throw invalid(`The model's input "${name}" is no picture of [batch, channels, height, width].`);
  const [batch = -1, first = -1, second = -1, third = -1] = shape;
  if (batch > 1) {
    throw invalid(`The model takes ${batch} pictures at once: export it for one, or for a batch of any size.`);
  }
  const isColour = (side: number): boolean => side === 3 || side === 1;
  const layout = !isColour(first) && isColour(third) ? 'nhwc' : 'nchw';
  const [height, width, channels] = layout === 'nhwc' ? [first, second, third] : [second, third, first];
  const or = (length: number, otherwise: number | undefined) => (length > 0 ? length : otherwise);
  const sides = [or(height, said?.height), or(width, said?.width), or(channels, said?.channels ?? 3)];
  return { name, layout, type, input: pictureOf(sides) };
}
