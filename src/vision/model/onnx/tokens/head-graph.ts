import type { FileOutput } from '../../../trunk/onnx/file-runner.js';
import { GraphWriter } from '../../../trunk/onnx/graph.js';
import type { OnnxGraph, OnnxValue } from '../../../trunk/onnx/proto.js';
import { cutName, GRADIENT_OUTPUT, SCORES_OUTPUT, SEED_INPUT } from '../../../trunk/onnx/graph-names.js';
import { sizeOf } from '../../../trunk/plan.js';
import type { FileTensor, Shape } from '../../../trunk/plan.js';
import { dependents, nodesBehind } from '../graph-paths.js';
import { NoGradientError } from './head-call.js';
import type { HeadCall, HeadStep } from './head-call.js';
import { HEAD_RULES } from './head-rules.js';
import type { OnnxFileNode, OnnxModel } from '../onnx-file.js';
import { numbersOf } from '../onnx-tensor.js';
import type { ReadExternal } from '../onnx-tensor.js';
import type { Tokens, TokenSource } from './tokens.js';

/** A file with what its head is made from. */
export interface HeadSource extends TokenSource {
  readonly opset: number;
  readonly initializers: OnnxModel['initializers'];
  readonly external: ReadExternal;
  /** What the file makes of tensors that do not depend on the picture. */
  readonly computed: (names: readonly string[]) => Promise<ReadonlyMap<string, FileOutput>>;
}

/** A head as a graph of its own, which computes its gradient too, and what it reads of the file. */
export interface FileHead {
  readonly graph: OnnxGraph;
  /** The feature map first. */
  readonly cut: readonly FileTensor[];
}

class HeadBuilder {
  readonly #graph = new GraphWriter();
  readonly #inputs: OnnxValue[] = [];
  readonly #cut: FileTensor[] = [];
  /** The graph's name of each of the file's tensors. */
  readonly #names = new Map<string, string>();
  readonly #steps: { readonly node: OnnxFileNode; readonly step: HeadStep }[] = [];

  constructor(
    readonly source: HeadSource,
    readonly tokens: Tokens,
    readonly dependent: ReadonlySet<string>,
    readonly ofPicture: ReadonlySet<string>,
    readonly computed: ReadonlyMap<string, FileOutput>,
  ) {}

  build(head: readonly OnnxFileNode[], scores: string): FileHead {
    const { tensor, first, rows, columns, channels } = this.tokens;
    const map = this.#read({ name: tensor, axes: [1, 2, 3], shape: [rows, columns, channels], from: first * channels });
    const places = this.#graph.node('Reshape', [map, this.#graph.integers([1, rows * columns, channels])]);
    const others = first === 0 ? null : this.#read({ name: tensor, axes: [1, 2], shape: [first, channels], from: 0 });
    const whole = others === null ? places : this.#graph.node('Concat', [others, places], { axis: { int: 1 } });
    this.#names.set(tensor, whole);
    for (const node of head) this.#add(node);
    const made = this.#names.get(scores);
    if (made === undefined) throw new NoGradientError('the scores do not depend on it');
    const shape = this.#shape(scores);
    this.#inputs.push({ name: SEED_INPUT, shape });
    this.#graph.node('Identity', [made], {}, SCORES_OUTPUT);
    this.#graph.node(
      'Slice',
      [this.#gradient(scores), ...this.#integers([first], [first + rows * columns], [1])],
      {},
      GRADIENT_OUTPUT,
    );
    const outputs = [
      { name: SCORES_OUTPUT, shape },
      { name: GRADIENT_OUTPUT, shape: [1, rows * columns, channels] },
    ];
    return { graph: this.#graph.finish(this.#inputs, outputs), cut: this.#cut };
  }

  #integers(...lists: readonly (readonly number[])[]): string[] {
    return lists.map((list) => this.#graph.integers(list));
  }

  #shape(tensor: string): Shape {
    const shape = this.source.shapes.get(tensor) ?? this.source.initializers.get(tensor)?.shape;
    if (shape === undefined) throw new NoGradientError(`nobody knows the shape of "${tensor}"`);
    return shape;
  }

  /** One more of the file's tensors, or a part of one, as an input of the head. */
  #read(tensor: FileTensor, shape: Shape = [1, ...tensor.shape]): string {
    const name = cutName(this.#cut.length);
    this.#cut.push(tensor);
    this.#inputs.push({ name, shape });
    return name;
  }

  #numbers(tensor: string): Float32Array | null {
    const initializer = this.source.initializers.get(tensor);
    if (initializer !== undefined) return numbersOf(initializer, this.source.external);
    return this.computed.get(tensor)?.values ?? null;
  }

  /** What the head reads: made by it, a constant, or another tensor of the picture, whatever its axes are. */
  #input(tensor: string): string {
    const known = this.#names.get(tensor);
    if (known !== undefined) return known;
    const shape = this.#shape(tensor);
    const numbers = this.ofPicture.has(tensor) ? null : this.#numbers(tensor);
    const name =
      numbers === null
        ? this.#read({ name: tensor, axes: [1], shape: [sizeOf(shape)], from: 0 }, shape)
        : this.#graph.floats(shape, numbers);
    this.#names.set(tensor, name);
    return name;
  }

  #add(node: OnnxFileNode): void {
    const rule = HEAD_RULES.get(node.op);
    if (rule === undefined) throw new NoGradientError(`there is none of ${node.op}`);
    const { inputs, outputs } = node;
    const call: HeadCall = {
      node,
      opset: this.source.opset,
      graph: this.#graph,
      input: (index) => {
        const tensor = inputs[index] ?? '';
        return tensor === '' ? undefined : this.#input(tensor);
      },
      shapes: inputs.map((tensor) => (tensor === '' ? [] : this.#shape(tensor))),
      outputShapes: outputs.map((tensor) => (tensor === '' ? [] : this.#shape(tensor))),
      depends: (index) => this.dependent.has(inputs[index] ?? ''),
      numbers: (index) => {
        const tensor = inputs[index] ?? '';
        if (tensor === '' || this.ofPicture.has(tensor)) return null;
        return [...(this.#numbers(tensor) ?? [])];
      },
    };
    const step = rule(call);
    outputs.forEach((output, index) => {
      const made = step.outputs[index];
      if (output !== '' && made !== undefined) this.#names.set(output, made);
    });
    this.#steps.push({ node, step });
  }

  /** The gradient of seed . scores with respect to the tokens. */
  #gradient(scores: string): string {
    const gradients = new Map([[scores, SEED_INPUT]]);
    for (const { node, step } of this.#steps.toReversed()) {
      const given = node.outputs.map((output) => gradients.get(output));
      if (given.every((each) => each === undefined)) continue;
      node.inputs.forEach((input, index) => {
        if (!this.dependent.has(input)) return;
        const part = step.gradient(index, given);
        if (part === null) return;
        const before = gradients.get(input);
        gradients.set(input, before === undefined ? part : this.#graph.node('Add', [before, part]));
      });
    }
    const found = gradients.get(this.tokens.tensor);
    if (found === undefined) throw new NoGradientError('the scores do not depend on it');
    return found;
  }
}

/**
 * What follows the tokens in a file as a graph of its own: its scores, and by reverse-mode differentiation of its nodes
 * the gradient of seed . scores with respect to the tokens that are places of the picture.
 *
 * @param scores the file's tensor of the scores.
 * @returns null where it has a node that there is no gradient of here.
 */
export async function headGraph(source: HeadSource, tokens: Tokens, scores: string): Promise<FileHead | null> {
  const { nodes, initializers } = source;
  const dependent = dependents(nodes, tokens.tensor);
  const ofPicture = dependents(nodes, source.picture);
  const isDependent = (tensor: string): boolean => dependent.has(tensor);
  const head = nodesBehind(nodes, [scores]).filter(
    ({ inputs, outputs }) => inputs.some(isDependent) && outputs.some(isDependent),
  );
  const isComputed = (tensor: string): boolean => tensor !== '' && !ofPicture.has(tensor) && !initializers.has(tensor);
  const names = [...new Set(head.flatMap(({ inputs }) => inputs.filter(isComputed)))];
  const computed = names.length === 0 ? new Map<string, FileOutput>() : await source.computed(names);
  try {
    return new HeadBuilder(source, tokens, dependent, ofPicture, computed).build(head, scores);
  } catch (error) {
    if (error instanceof NoGradientError) return null;
    throw error;
  }
}
