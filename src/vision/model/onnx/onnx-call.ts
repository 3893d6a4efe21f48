import type { Pair, Weights } from '../../trunk/plan.js';
import { NoStepError } from '../builder.js';
import type { NetworkBuilder } from '../builder.js';
import type { Constant } from './onnx-constants.js';
import type { OnnxFileNode } from './onnx-file.js';
import type { Mapped, OnnxLayout } from './onnx-layout.js';

/** What a node of an ONNX graph makes: something of the picture, or a constant. */
export type Made = Mapped | Constant;

export function isConstant(made: Made): made is Constant {
  return 'values' in made;
}

/** A node of an ONNX graph on its way to steps: its inputs told apart into values of the picture and constants. */
export class OnnxCall {
  constructor(
    readonly layout: OnnxLayout,
    readonly node: OnnxFileNode,
    readonly opset: number,
    readonly known: ReadonlyMap<string, Made>,
  ) {}

  get builder(): NetworkBuilder {
    return this.layout.builder;
  }

  /** What the step is called: by the node's name, else by that of what it makes. */
  get name(): string {
    return this.node.name === '' ? (this.node.outputs[0] ?? '') : this.node.name;
  }

  /** Whether the input is given at all. */
  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  #made(index: number): Made | undefined {
    return this.known.get(this.node.inputs[index] ?? '');
  }

  isConstant(index: number): boolean {
    const made = this.#made(index);
    return made !== undefined && isConstant(made);
  }

  value(index: number): Mapped {
    const made = this.#made(index);
    if (made === undefined || isConstant(made)) throw new NoStepError(`input ${index} does not depend on the picture`);
    return made;
  }

  constant(index: number): Constant {
    const made = this.#made(index);
    if (made === undefined || !isConstant(made)) throw new NoStepError(`input ${index} is not a constant`);
    return made;
  }

  /** A constant that numbers of the picture are computed with. */
  weights(index: number): Weights {
    const { shape, values } = this.constant(index);
    if (!values.every(Number.isFinite)) throw new Error('it has weights that are not finite numbers');
    return { shape, values };
  }

  /** Numbers that are an input, or an attribute in older operator sets; null where neither is given. */
  numbers(index: number, attribute: string): readonly number[] | null {
    if (this.has(index)) return [...this.constant(index).values];
    return this.node.attributes.get(attribute)?.ints ?? null;
  }

  int(name: string, otherwise: number): number {
    return this.node.attributes.get(name)?.int ?? otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.node.attributes.get(name)?.float ?? otherwise;
  }

  text(name: string): string {
    return this.node.attributes.get(name)?.text ?? '';
  }

  ints(name: string): readonly number[] {
    return this.node.attributes.get(name)?.ints ?? [];
  }

  pair(name: string): Pair {
    const [height = 1, width = 1] = this.ints(name);
    return [height, width];
  }
}
