import { VisionError } from '../../vision-error.js';
import { INPUT, sizeOf } from '../../trunk/plan.js';
import type { Shape } from '../../trunk/plan.js';
import { NetworkBuilder } from '../builder.js';
import type { Network } from '../network.js';
import { isConstant, OnnxCall } from './onnx-call.js';
import type { Made } from './onnx-call.js';
import type { Constant } from './onnx-constants.js';
import { inOrder, nodesBehind } from './graph-paths.js';
import type { OnnxFileNode, OnnxModel, OnnxTensor } from './onnx-file.js';
import { channelsAtTheEnd, OnnxLayout } from './onnx-layout.js';
import type { Mapped } from './onnx-layout.js';
import { layerNormsOf } from './layer-norms.js';
import { convertOnnxNode } from './onnx-nodes.js';
import type { OnnxPicture } from './onnx-picture.js';
import { stridedViewsOf } from './strided-views.js';
import { isWhole, numbersOf } from './onnx-tensor.js';
import type { ReadExternal } from './onnx-tensor.js';

/** A value of the plan as the file has it: the tensor's name, and which of its axes each axis of the plan is. */
export interface Origin {
  readonly tensor: string;
  readonly axes: readonly number[];
}

/** A file as a network. Where it has nodes without steps, those stand in it as layers that no runner knows. */
export interface OnnxReading {
  readonly network: Network & { readonly maps: ReadonlySet<string> };
  /** Those of the file that its outputs depend on, some put together, in their order. */
  readonly nodes: readonly OnnxFileNode[];
  /** By the values of the network. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** Operators that have no step. */
  readonly unknown: ReadonlySet<string>;
}

/** The shape of what each node makes, with the batch, as ONNX Runtime found it. */
export type OnnxShapes = ReadonlyMap<string, readonly number[]>;

function invalid(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

const QUANTISED =
  /^(?:QLinear|QuantizeLinear|DequantizeLinear|DynamicQuantizeLinear|ConvInteger|MatMulInteger|com\.microsoft\.QLinear)/;

/** Operators whose places are those of their input, where they have as many. */
const IN_PLACE = new Set([
  ...['InstanceNormalization', 'GroupNormalization', 'LpNormalization', 'LRN', 'BatchNormalization'],
  ...['Conv', 'ConvTranspose', 'AveragePool', 'MaxPool', 'Resize', 'Pad', 'Expand', 'Softmax'],
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Where', 'Clip', 'Max', 'Min'],
  ...['Abs', 'Neg', 'Sqrt', 'Reciprocal', 'Log', 'Selu', 'Celu', 'ThresholdedRelu'],
]);

/** What cannot be read without knowing the shapes that nodes without steps make. */
export class UnknownShapesError extends Error {
  override readonly name = 'UnknownShapesError';
}

class OnnxReader {
  readonly #made = new Map<string, Made>();
  readonly #origins = new Map<string, Origin>();
  readonly #unknown = new Set<string>();
  /** Values without a batch of one, which no step can read. */
  readonly #odd = new Set<string>();
  readonly #builder: NetworkBuilder;
  readonly #layout: OnnxLayout;

  constructor(
    readonly model: OnnxModel,
    picture: OnnxPicture,
    readonly external: ReadExternal,
    readonly shapes: OnnxShapes | null,
  ) {
    this.#builder = new NetworkBuilder(picture.input);
    this.#layout = new OnnxLayout(this.#builder, (from, to) => {
      const origin = this.#origins.get(from.value);
      if (origin === undefined) return;
      const [divided = 0] = origin.axes;
      if (to.axes.length > from.axes.length) {
        // Its first axis is now two: those behind it in the tensor come one later.
        const later = origin.axes.slice(1).map((axis) => (axis > divided ? axis + 1 : axis));
        this.#remember(to, { tensor: origin.tensor, axes: [divided, divided + 1, ...later] });
        return;
      }
      // A transposition since may have named the axes anew, and the tensor has them as they were before.
      const axes = to.axes.map((axis) => origin.axes[from.axes.indexOf(axis)] ?? axis);
      this.#remember(to, { tensor: origin.tensor, axes });
    });
    const [axes, places] =
      picture.layout === 'nchw'
        ? ([
            [2, 3, 1],
            [2, 3],
          ] as const)
        : ([
            [1, 2, 3],
            [1, 2],
          ] as const);
    this.#made.set(picture.name, { value: INPUT, axes, places });
    this.#remember({ value: INPUT, axes, places }, { tensor: picture.name, axes });
  }

  read(): OnnxReading {
    const { model, external } = this;
    const { outputs } = model;
    const nodes = layerNormsOf(stridedViewsOf(inOrder(model.nodes), model, external), model, external);
    const needed = nodesBehind(
      nodes,
      outputs.map(({ name }) => name),
    );
    for (const node of needed) this.#readNode(node);
    const ends = outputs.map(({ name }) => {
      const made = this.#known(name);
      if (made === undefined) throw invalid(`The graph does not make its output "${name}".`);
      if (isConstant(made)) throw invalid(`The output "${name}" of the graph is a constant.`);
      const plain = this.#layout.inOrder(
        made,
        made.axes.toSorted((a, b) => a - b),
      );
      return { name, value: plain.value };
    });
    const network = { ...this.#builder.finish(ends), maps: this.#layout.maps };
    return { network, nodes: needed, origins: this.#origins, unknown: this.#unknown };
  }

  #constantOf(tensor: OnnxTensor): Constant {
    return { shape: tensor.shape, values: numbersOf(tensor, this.external), whole: isWhole(tensor.type) };
  }

  /** A value made before, or a constant, read where it is first used: many are, and only once. */
  #known(name: string): Made | undefined {
    const made = this.#made.get(name);
    const initializer = this.model.initializers.get(name);
    if (made !== undefined || initializer === undefined) return made;
    return this.#constantOf(initializer);
  }

  #readNode(node: OnnxFileNode): void {
    const name = node.name === '' ? (node.outputs[0] ?? '') : node.name;
    if (QUANTISED.test(node.op)) {
      throw invalid(
        `The model is quantised (node "${name}" is a ${node.op}), which is not read: export it with float32 weights.`,
      );
    }
    try {
      const inputs = new Map<string, Made>();
      for (const input of node.inputs.filter((each) => each !== '')) {
        const made = this.#known(input);
        if (made === undefined) throw new Error(`it reads "${input}", which nothing before it makes`);
        inputs.set(input, made);
      }
      const call = new OnnxCall(this.#layout, node, this.model.opset, inputs);
      const isOdd = [...inputs.values()].some((made) => !isConstant(made) && this.#odd.has(made.value));
      const steps = isOdd ? null : convertOnnxNode(call, (tensor) => this.#constantOf(tensor));
      const all = steps ?? this.#unknownNode(call);
      node.outputs.forEach((output, index) => {
        const made = all[index];
        if (output !== '' && made !== undefined) this.#keep(output, made);
      });
      const [first] = all;
      if (node.name !== '' && first !== undefined && !isConstant(first))
        this.#builder.nameLayer(node.name, first.value);
    } catch (error) {
      if (error instanceof VisionError || error instanceof UnknownShapesError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw invalid(`Node "${name}" (${node.op}) does not fit: ${why}.`, error);
    }
  }

  #keep(output: string, made: Made): void {
    this.#made.set(output, made);
    if (isConstant(made)) return;
    this.#builder.nameLayer(output, made.value);
    this.#remember(made, { tensor: output, axes: made.axes });
  }

  /** The first tensor of equal ones wins: those after it are the same by another name. */
  #remember(mapped: Mapped, origin: Origin): void {
    if (!this.#origins.has(mapped.value)) this.#origins.set(mapped.value, origin);
    if (mapped.value !== INPUT) this.#layout.noteMap(mapped);
  }

  /** What a node makes that there is no step for, as a layer without one. */
  #unknownNode({ node, name }: OnnxCall): readonly Made[] {
    const { shapes } = this;
    if (shapes === null) throw new UnknownShapesError(node.op);
    this.#unknown.add(node.op);
    const given = node.inputs.flatMap((input) => {
      const made = this.#known(input);
      return made === undefined || isConstant(made) ? [] : [made];
    });
    return node.outputs.map((output) => {
      const [batch, ...sides] = shapes.get(output) ?? [];
      const axes = channelsAtTheEnd(sides.length + 1);
      const shape = axes.map((axis) => sides[axis - 1] ?? 1);
      // What has no batch of one lies in one row.
      const isPlain = batch === 1 && sides.length > 0;
      const row: Shape = [Math.max(1, sizeOf([batch ?? 1, ...sides]))];
      const value = this.#builder.add(
        name,
        given.map((each) => each.value),
        { op: 'layer', className: node.op, config: {}, weights: [] },
        isPlain ? shape : row,
      );
      if (!isPlain) this.#odd.add(value);
      if (!isPlain) return { value, axes: [1], places: null };
      const like = given.find((each) => each.places !== null && this.#hasPlaces(each, sides));
      return { value, axes, places: IN_PLACE.has(node.op) ? (like?.places ?? null) : null };
    });
  }

  #hasPlaces({ axes, places }: Mapped, sides: Shape): boolean {
    return places !== null && axes.length === 3 && sides.length === 3 && places.join() === '2,3';
  }
}

/**
 * Reads an ONNX model as a network: steps over feature maps with channels last.
 *
 * @param shapes of what nodes make, or null where nobody has found them yet.
 * @throws UnknownShapesError where a node has no step and `shapes` is null.
 * @throws VisionError `invalid-model` for a graph that is broken or quantised, naming the node.
 */
export function readOnnx(
  model: OnnxModel,
  picture: OnnxPicture,
  external: ReadExternal,
  shapes: OnnxShapes | null,
): OnnxReading {
  return new OnnxReader(model, picture, external, shapes).read();
}
