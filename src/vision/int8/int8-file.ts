import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseJson, readDescription } from '../model/bounded-json.js';
import type { ModelSource } from '../model/source.js';
import { VisionError } from '../vision-error.js';

/** What `sorot model calibrate` writes beside a model. */
const NAME = 'int8.json';

const int8File = v.strictObject({
  /** Fingerprint of the network that it is about. */
  network: v.string(),
  /** Photographs that it was measured on. */
  photos: v.number(),
  /** The lowest and the highest number of each value of the trunk, by the value's name. */
  ranges: v.record(v.string(), v.tuple([v.pipe(v.number(), v.finite()), v.pipe(v.number(), v.finite())])),
  /** What it makes of the proof's picture in float32. */
  features: v.array(v.pipe(v.number(), v.finite())),
});

/** What computing in int8 takes to know of a network. */
export type Int8Data = v.InferOutput<typeof int8File>;

/** What was found beside a model: nothing, the data of another network, or its own. */
export type Int8Found =
  { readonly kind: 'none' } | { readonly kind: 'other' } | { readonly kind: 'own'; readonly data: Int8Data };

type Described = Pick<ModelSource, 'folder' | 'fingerprint'>;

/**
 * Reads what lies beside a model.
 *
 * @throws VisionError `invalid-model` for a file that is damaged.
 */
export async function readInt8({ folder, fingerprint }: Described): Promise<Int8Found> {
  const path = join(folder, NAME);
  const bytes = await readDescription(path);
  if (bytes === null) return { kind: 'none' };
  try {
    const data = v.parse(int8File, parseJson(bytes));
    return data.network === fingerprint ? { kind: 'own', data } : { kind: 'other' };
  } catch (error) {
    const message = `"${path}" is damaged: remove it, or make it again with sorot model calibrate.`;
    throw new VisionError('invalid-model', message, { cause: error });
  }
}

/**
 * Writes it beside the model.
 *
 * @returns its path.
 * @throws VisionError `invalid-argument` where it cannot be written.
 */
export async function writeInt8({ folder, fingerprint }: Described, data: Omit<Int8Data, 'network'>): Promise<string> {
  const path = join(folder, NAME);
  const { photos, ranges, features } = data;
  // Values to a line: what changes when a model is calibrated again can be seen.
  const lines = Object.entries(ranges).map(([name, range]) => `    ${JSON.stringify(name)}: ${JSON.stringify(range)}`);
  const text = `{
  "network": "${fingerprint}",
  "photos": ${photos},
  "ranges": {
${lines.join(',\n')}
  },
  "features": ${JSON.stringify(features)}
}
`;
  await writeFile(path, text).catch((error: unknown) => {
    throw new VisionError('invalid-argument', `"${path}" cannot be written.`, { cause: error });
  });
  return path;
}
