import { openOnnxFile, pictureShape } from '../../trunk/onnx/file-runner.js';
import type { FileOutput } from '../../trunk/onnx/file-runner.js';
import type { OnnxModel } from './onnx-file.js';
import type { OnnxPicture } from './onnx-picture.js';
import type { OnnxShapes } from './read-onnx.js';

/** What a file makes of a black picture. */
export async function onBlack(
  file: string,
  picture: OnnxPicture,
  names: readonly string[],
  added: readonly string[],
): Promise<ReadonlyMap<string, FileOutput>> {
  const session = await openOnnxFile(file, picture, added, 1);
  try {
    const { height, width, channels } = picture.input;
    const black = new Float32Array(height * width * channels);
    return await session.run(black, pictureShape(picture.input, picture), names);
  } finally {
    await session.close();
  }
}

/** The shape of what every node makes of a black picture. */
export async function shapesIn(model: OnnxModel, file: string, picture: OnnxPicture): Promise<OnnxShapes> {
  const own = new Set(model.outputs.map(({ name }) => name));
  const made = model.nodes.filter(({ op }) => !/Sequence|Optional/.test(op)).flatMap(({ outputs }) => outputs);
  const added = [...new Set(made)].filter((name) => name !== '' && !own.has(name));
  const outputs = await onBlack(file, picture, [...own, ...added], added);
  return new Map([...outputs].map(([name, { shape }]) => [name, shape]));
}
