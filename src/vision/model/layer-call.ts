import * as v from 'valibot';
import type { Weights } from '../trunk/plan.js';
import { NoStepError } from './builder.js';
import type { NetworkBuilder } from './builder.js';

/** Shapes that configurations share; a single number stands for both axes. */
export const number = v.number();
export const pair = v.union([
  v.tuple([number, number]),
  v.pipe(
    number,
    v.transform((n): [number, number] => [n, n]),
  ),
]);
export const rule = v.picklist(['same', 'valid']);
export const last = v.nullish(v.picklist(['channelsLast', 'channels_last']));

/** What a converter needs of one TensorFlow.js layer. */
export interface LayerCall {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly config: Record<string, unknown>;
  /** Weights by the name Keras gives them within the layer: kernel, bias, gamma... */
  readonly weights: ReadonlyMap<string, Weights>;
}

/** Adds the steps of one layer and returns the value it makes. */
export type Converter = (builder: NetworkBuilder, call: LayerCall) => string;

/** Weights the layer cannot do without. */
export function need(call: LayerCall, name: string): Weights {
  const weights = call.weights.get(name);
  if (weights === undefined) throw new Error(`it has no weights called "${name}"`);
  return weights;
}

/** The layer's one input. */
export function only(call: LayerCall): string {
  const [input] = call.inputs;
  if (input === undefined) throw new Error('it has no input');
  return input;
}

/** The part of a layer's configuration that its steps need; another form of it has no step. */
export function parse<S extends v.GenericSchema>(schema: S, call: LayerCall): v.InferOutput<S> {
  const result = v.safeParse(schema, call.config);
  if (!result.success) throw new NoStepError(v.summarize(result.issues));
  return result.output;
}
