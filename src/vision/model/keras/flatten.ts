import type { Call, TensorOf } from './call.js';
import { DEEPEST_MODEL, isModel, MOST_LAYERS, readGraph, refused } from './document.js';
import type { Config, KerasGraph, KerasLayer } from './document.js';

/** One call of one layer of a model whose nested models have been dissolved. */
export interface FlatLayer {
  readonly className: string;
  /** Unique in the whole model. */
  readonly name: string;
  readonly config: Config;
  /** Names of the layers whose outputs it takes. */
  readonly inputs: readonly string[];
  readonly call: Call;
  readonly isOperation: boolean;
  /** Where its weights are: the nested models it lies in, then itself. */
  readonly path: readonly KerasLayer[];
}

export interface FlatModel {
  readonly name: string;
  /** Every layer after those it takes its input from. */
  readonly layers: readonly FlatLayer[];
  /** Names of the layers whose outputs are the model's. */
  readonly outputs: readonly string[];
  /** Layers as its author counts them: those of nested models too, each once however often it is called. */
  readonly count: number;
}

const NO_CALL: Call = { tensors: [], numbers: [], tensorFirst: true, named: {}, written: null };

/** Dissolves nested models, call by call. A layer that is called twice becomes two with the same weights. */
class Flattening {
  readonly layers: FlatLayer[] = [];
  readonly counted = new Set<string>();
  readonly #names = new Set<string>();
  readonly #graphs = new Map<KerasLayer, KerasGraph>();

  /** @returns the layers whose outputs are the model's outputs */
  add(graph: KerasGraph, path: readonly KerasLayer[], given: readonly string[]): string[] {
    if (path.length > DEEPEST_MODEL) throw refused('Models are nested too deeply.');
    const byName = new Map(graph.layers.map((layer) => [layer.name, layer]));
    const results = new Map<string, readonly string[]>();
    const inputNames = graph.inputs.map(({ layer }) => layer);
    const open = new Set<string>();
    const lastCalls = lastCallsIn(graph);
    const resultOf = ({ layer, call, output }: TensorOf): string => {
      const result = results.get(`${layer}#${call}`)?.[output];
      if (result === undefined) throw refused(`A layer takes output ${output} of "${layer}", which it does not have.`);
      return result;
    };
    // Depth first without recursion: a chain of thousands of layers would overflow the stack.
    const resolve = (wanted: TensorOf): string => {
      const stack: TensorOf[] = [wanted];
      for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
        const key = `${top.layer}#${top.call}`;
        if (results.has(key)) {
          stack.pop();
          continue;
        }
        const layer = byName.get(top.layer);
        if (layer === undefined) throw refused(`A layer takes the output of "${top.layer}", which does not exist.`);
        const isInput = layer.className === 'InputLayer';
        const call = isInput ? NO_CALL : callOf(layer, top.call, lastCalls.get(layer.name) ?? 0);
        const missing = call.tensors.filter((source) => !results.has(`${source.layer}#${source.call}`));
        if (missing.length > 0) {
          if (open.has(key)) throw refused(`The layers form a circle at "${top.layer}".`);
          open.add(key);
          stack.push(...missing.toReversed());
          continue;
        }
        const argument = isInput ? given[inputNames.indexOf(layer.name)] : undefined;
        results.set(
          key,
          argument === undefined ? this.#place(layer, path, call, call.tensors.map(resultOf)) : [argument],
        );
        stack.pop();
      }
      return resultOf(wanted);
    };
    return graph.outputs.map(resolve);
  }

  #place(layer: KerasLayer, path: readonly KerasLayer[], call: Call, inputs: readonly string[]): readonly string[] {
    // A model that calls another twice, which calls another twice: each depth doubles the layers.
    if (this.layers.length >= MOST_LAYERS) throw refused(`The model has more than ${MOST_LAYERS} layers.`);
    if (isModel(layer.className)) return this.add(this.#graphOf(layer), [...path, layer], inputs);
    const { className, config, isOperation } = layer;
    const name = this.#unique(layer.name, path);
    this.counted.add([...path, layer].map((each) => each.name).join('/'));
    this.layers.push({ className, name, config, inputs, call, isOperation, path: [...path, layer] });
    return [name];
  }

  /** A nested model, read once however often it is called. */
  #graphOf(layer: KerasLayer): KerasGraph {
    const graph = this.#graphs.get(layer) ?? readGraph(layer.className, layer.config);
    this.#graphs.set(layer, graph);
    return graph;
  }

  #unique(wanted: string, path: readonly KerasLayer[]): string {
    // TensorFlow.js takes no others, and a slash for the border between a layer and its weight.
    const allowed = (text: string): string =>
      text.replaceAll(/[^A-Za-z0-9_.-]/g, '_').replace(/^(?=[^A-Za-z0-9.])/, '.');
    const plain = allowed(wanted);
    const scoped = allowed([...path.map(({ name }) => name), wanted].join('_'));
    let name = this.#names.has(plain) ? scoped : plain;
    for (let copy = 2; this.#names.has(name); copy++) name = `${scoped}_${copy}`;
    this.#names.add(name);
    return name;
  }
}

/** The highest number by which a call of each layer is asked for. */
function lastCallsIn({ layers, outputs }: KerasGraph): Map<string, number> {
  const last = new Map<string, number>();
  for (const { layer, call } of [
    ...outputs,
    ...layers.flatMap(({ calls }) => calls.flatMap(({ tensors }) => tensors)),
  ]) {
    last.set(layer, Math.max(last.get(layer) ?? 0, call));
  }
  return last;
}

/** @param last the highest number by which a call of the layer is asked for. */
function callOf(layer: KerasLayer, index: number, last: number): Call {
  // Files number the calls of a nested model from its making on, which is one that they do not list.
  const unlisted = isModel(layer.className) ? Math.max(0, last - (layer.calls.length - 1)) : 0;
  const call = layer.calls[Math.max(0, index - unlisted)];
  if (call === undefined || call.tensors.length === 0) throw refused(`Layer "${layer.name}" is not connected.`);
  return call;
}

/**
 * A Keras model as one flat list of layers, nested Functional and Sequential models dissolved.
 *
 * @throws VisionError `invalid-model` for circles, missing layers, and more than one input.
 */
export function flatten(className: string, config: unknown): FlatModel {
  const graph = readGraph(className, config);
  if (graph.inputs.length !== 1) throw refused(`The model takes ${graph.inputs.length} inputs, not one picture.`);
  const flattening = new Flattening();
  const outputs = flattening.add(graph, [], []);
  return { name: graph.name, layers: flattening.layers, outputs, count: flattening.counted.size };
}
