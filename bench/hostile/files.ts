import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeKeras2 } from '../keras-h5.js';
import { mobileNetV2, writeMobileNetV2 } from '../mobilenet-v2.js';
import { rawZip } from './raw-zip.js';

const MB = 2 ** 20;

/** What a zip bomb unpacks to. */
const BOMB = 256 * MB;

/** Bytes of a topology that is far too long. */
const LONG = 500 * MB;

/** Layers of a model that is far too deep. */
const DEEP = 100_000;

/** A file or folder that is to be taken for a model, and what is said of it. */
export interface HostileModel {
  readonly kind: string;
  /** Makes it in a new folder; gives what to add. */
  readonly make: (folder: string) => Promise<string>;
  /** What the refusal must say. */
  readonly told: RegExp;
}

/** A TensorFlow.js model with its files as they should be, and changed then. */
async function tfjs(folder: string, change: (weights: string) => Promise<void>): Promise<string> {
  await writeMobileNetV2(folder);
  await change(join(folder, 'weights.bin'));
  return folder;
}

async function described(folder: string, document: object): Promise<string> {
  await writeFile(join(folder, 'model.json'), JSON.stringify({ weightsManifest: [], ...document }));
  return folder;
}

async function zip(folder: string, entries: Parameters<typeof rawZip>[0]): Promise<string> {
  const file = join(folder, 'model.zip');
  await writeFile(file, rawZip(entries));
  return file;
}

/** Layers one after the other, as TensorFlow.js describes them. */
function sequential(layers: readonly object[]): object {
  const config = { name: 'deep', layers };
  return { modelTopology: { keras_version: '2.15.0', model_config: { class_name: 'Sequential', config } } };
}

const PICTURE = { class_name: 'InputLayer', config: { batch_input_shape: [null, 8, 8, 3], name: 'input' } };

/** Two layers that wait for each other. */
function circle(): object {
  const layer = (name: string, input: string): object => {
    return { class_name: 'ReLU', name, config: { name }, inbound_nodes: [[[input, 0, 0, {}]]] };
  };
  const config = {
    name: 'circle',
    layers: [{ ...PICTURE, name: 'input', inbound_nodes: [] }, layer('one', 'two'), layer('two', 'one')],
    input_layers: [['input', 0, 0]],
    output_layers: [['two', 0, 0]],
  };
  return { modelTopology: { keras_version: '2.15.0', model_config: { class_name: 'Functional', config } } };
}

/** Nodes of a graph, each reading what is said. */
function graph(nodes: readonly (readonly [name: string, input: string])[]): object {
  const shape = { shape: { dim: [1, 8, 8, 3].map((size) => ({ size: String(size) })) } };
  const picture = { name: 'picture', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape } };
  const relu = nodes.map(([name, input]) => ({ name, op: 'Relu', input: [input] }));
  return { format: 'graph-model', modelTopology: { node: [picture, ...relu] } };
}

/** Files that somebody may give in place of a model, the same ones every time. */
export const HOSTILE_MODELS: readonly HostileModel[] = [
  {
    kind: 'a .h5 file cut in half',
    make: async (folder) => {
      const file = join(folder, 'model.h5');
      await writeKeras2(file, mobileNetV2());
      await truncate(file, (await readFile(file)).length / 2);
      return file;
    },
    told: /cut off|damaged/,
  },
  {
    kind: 'a zip bomb',
    make: (folder) => zip(folder, [{ name: 'model.json' }, { name: 'weights.bin', content: Buffer.alloc(BOMB) }]),
    told: /unpacks to \d+ times its size/,
  },
  {
    kind: 'a zip bomb that says it is small',
    make: (folder) =>
      zip(folder, [{ name: 'model.json' }, { name: 'weights.bin', content: Buffer.alloc(BOMB), claimedSize: 1000 }]),
    told: /damaged/,
  },
  {
    kind: 'a zip that writes elsewhere',
    make: (folder) => zip(folder, [{ name: 'model.json' }, { name: '../../evil.txt' }]),
    told: /damaged.*evil\.txt/,
  },
  {
    kind: 'a model.json that reads elsewhere',
    make: async (folder) => {
      const weightsManifest = [{ paths: ['../../../etc/passwd'], weights: [] }];
      return described(folder, { ...sequential([PICTURE]), weightsManifest });
    },
    told: /outside its folder/,
  },
  {
    kind: 'a model.json of 500 MB',
    make: async (folder) => {
      const file = await open(join(folder, 'model.json'), 'w');
      await file.write('{"modelTopology": [');
      const part = Buffer.from('[],'.repeat(MB / 3));
      for (let bytes = 0; bytes < LONG; bytes += part.length) await file.write(part);
      await file.write('[]]}');
      await file.close();
      return folder;
    },
    told: /has 5\d\d MB; at most 32 MB/,
  },
  {
    kind: 'weights shorter than the manifest',
    make: (folder) => tfjs(folder, (weights) => truncate(weights, 7 * MB)),
    told: /bytes, the model needs 14155936/,
  },
  {
    kind: 'a weight that is NaN',
    make: (folder) =>
      tfjs(folder, async (weights) => {
        const file = await open(weights, 'r+');
        await file.write(new Uint8Array(Float32Array.of(NaN).buffer), 0, 4, 7 * MB);
        await file.close();
      }),
    told: /weights that are not finite numbers/,
  },
  {
    kind: 'layers in a circle',
    make: (folder) => described(folder, circle()),
    told: /circle/,
  },
  {
    kind: 'a graph in a circle',
    make: (folder) =>
      described(
        folder,
        graph([
          ['one', 'two'],
          ['two', 'one'],
          ['three', 'two'],
        ]),
      ),
    told: /cycle|circle/,
  },
  {
    kind: '100,000 layers',
    make: (folder) =>
      described(
        folder,
        sequential([PICTURE, ...Array.from({ length: DEEP }, () => ({ class_name: 'ReLU', config: {} }))]),
      ),
    told: /layers|values/,
  },
  {
    kind: 'a graph of 100,000 nodes',
    make: (folder) =>
      described(
        folder,
        graph(Array.from({ length: DEEP }, (_, at) => [`n${at}`, at === 0 ? 'picture' : `n${at - 1}`] as const)),
      ),
    told: /layers|values/,
  },
];

/** A folder of its own for one of them. */
export async function folderFor(home: string, { kind }: HostileModel): Promise<string> {
  const folder = join(home, kind.replaceAll(/\W+/g, '-'));
  await mkdir(folder);
  return folder;
}
