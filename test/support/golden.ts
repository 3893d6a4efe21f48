import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Method } from '../../src/vision/cam/methods.js';

export const GOLDEN_FOLDER = fileURLToPath(new URL('../golden/', import.meta.url));

export const GOLDEN = [
  'pooling-dense',
  'flatten-dense',
  'nested-backbone',
  'one-sigmoid',
  'many-sigmoids',
  'linear-output',
  'quantised',
  'graph',
] as const;

/** What Keras' values are of; other methods have those of others in `methods.json`. */
export const GOLDEN_METHODS = ['gradcam', 'hirescam', 'layercam'] as const satisfies readonly Method[];

type Maps = Readonly<
  Record<string, Readonly<Record<(typeof GOLDEN_METHODS)[number], { readonly map: readonly number[] | null }>>>
>;

/** The maps at one layer. */
export interface GoldenLayer {
  readonly layer: string;
  readonly mapShape: readonly [number, number];
  readonly maps: Maps;
}

/** What `golden.json` holds; test/golden/README.md says what each field means. */
export interface Golden extends GoldenLayer {
  readonly inputShape: readonly [number, number, number];
  readonly input: { readonly centre: number; readonly amplitude: number; readonly frequency: number };
  readonly output: 'softmax' | 'sigmoid' | 'sigmoids' | 'linear';
  readonly probabilities: readonly number[];
  readonly logits: readonly number[];
  readonly otherLayers: readonly GoldenLayer[];
}

export function goldenFolder(name: (typeof GOLDEN)[number]): string {
  return join(GOLDEN_FOLDER, name);
}

export function readGolden(name: (typeof GOLDEN)[number]): Golden {
  return JSON.parse(readFileSync(join(goldenFolder(name), 'golden.json'), 'utf8')) as Golden;
}

/** The picture that a golden folder's numbers belong to, channels last. */
export function goldenPicture({ inputShape, input }: Golden): Float32Array {
  const [height, width, channels] = inputShape;
  return Float32Array.from(
    { length: height * width * channels },
    (_, index) => input.centre + input.amplitude * Math.sin(index * input.frequency),
  );
}
