import { writeFile } from 'node:fs/promises';
import { File, ready } from 'h5wasm';
import type { KerasNetwork } from './mobilenet-v2.js';

/** The file in the library's own file system, which is in memory. */
const INSIDE = '/written.h5';

/** Writes a network as Keras 2 saves a model: the layers as an attribute, a group of weights for each of them. */
export async function writeKeras2(path: string, { config, weights, values }: KerasNetwork): Promise<void> {
  const { FS: files } = await ready;
  const file = new File(INSIDE, 'w');
  file.create_attribute('keras_version', '2.15.0');
  file.create_attribute('backend', 'tensorflow');
  file.create_attribute('model_config', JSON.stringify({ class_name: 'Functional', config }));
  const root = file.create_group('model_weights');
  const names = config.layers.map(({ name }) => name);
  root.create_attribute('layer_names', names);
  for (const layer of names) {
    const group = root.create_group(layer);
    const own = weights.flatMap(({ name, shape }, index) =>
      name.startsWith(`${layer}/`) ? [{ name: `${name}:0`, shape: [...shape], data: values[index] ?? [] }] : [],
    );
    if (own.length === 0) continue;
    group.create_attribute(
      'weight_names',
      own.map(({ name }) => name),
    );
    const inner = group.create_group(layer);
    for (const { name, shape, data } of own) {
      inner.create_dataset({ name: name.slice(layer.length + 1), data, shape, dtype: '<f4' });
    }
  }
  file.close();
  await writeFile(path, (files as unknown as { readFile: (path: string) => Uint8Array }).readFile(INSIDE));
  (files as unknown as { unlink: (path: string) => void }).unlink(INSIDE);
}
