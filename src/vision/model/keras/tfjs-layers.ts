import type { Weights } from '../../trunk/plan.js';
import type { Config } from './document.js';
import type { FlatLayer } from './flatten.js';

/** A layer as TensorFlow.js reads it, and where each of its weights comes from. */
export interface TfjsLayer {
  readonly className: string;
  readonly name: string;
  readonly config: Config;
  readonly inputs: readonly string[];
  readonly weights: readonly TfjsWeight[];
}

/** A weight: taken from the file as Keras calls it there, or worked out. */
export interface TfjsWeight {
  readonly name: string;
  readonly from:
    | {
        readonly kind: 'kept';
        readonly layer: FlatLayer;
        readonly name: string;
        /** What becomes of it where TensorFlow.js wants another one. */
        readonly change?: (weights: Weights) => Weights;
      }
    | { readonly kind: 'values'; readonly shape: readonly number[]; readonly values: readonly number[] };
}

/** A weight worked out while the model is translated, row-major. */
export function constant(
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): TfjsWeight {
  return { name, from: { kind: 'values', shape, values } };
}

/** The layers of a TensorFlow.js model in the making, each after those it takes its input from. */
export class TfjsLayers {
  readonly list: TfjsLayer[] = [];

  /** Adds a layer and gives its name, by which others take its output. */
  put(
    className: string,
    name: string,
    inputs: readonly string[],
    config: Config = {},
    weights: readonly TfjsWeight[] = [],
  ): string {
    this.list.push({ className, name, inputs, weights, config: { ...config, name } });
    return name;
  }
}
