import protobuf from 'protobufjs/minimal.js';
import { VisionError } from '../../vision-error.js';

/**
 * What classifiers use of the ONNX file format (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). Fields that are
 * not named here are skipped, graphs within nodes among them.
 */
export interface OnnxModel {
  readonly producer: string;
  /** Version of the default operator set. */
  readonly opset: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly nodes: readonly OnnxFileNode[];
  readonly initializers: ReadonlyMap<string, OnnxTensor>;
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

export interface OnnxFileNode {
  readonly name: string;
  /** With its domain before it where that is not the default one. */
  readonly op: string;
  /** Empty names stand for inputs and outputs that are left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

export interface OnnxAttribute {
  readonly float: number;
  readonly int: number;
  readonly text: string;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  readonly tensor: OnnxTensor | null;
}

/** A constant, its numbers as the file has them. */
export interface OnnxTensor {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  readonly raw: Uint8Array | null;
  readonly numbers: readonly number[];
  /** Where the numbers are if they are in another file: `location`, `offset` and `length`. */
  readonly external: ReadonlyMap<string, string> | null;
}

/** An input or output of the graph. */
export interface OnnxPort {
  readonly name: string;
  readonly type: number;
  /** Null where the file does not say; -1 for sides of any length. */
  readonly shape: readonly number[] | null;
}

type Reader = protobuf.Reader;
type Field = (field: number, reader: Reader, type: number) => void;

const DELIMITED = 2;

/** Walks the fields of a message; those that `read` leaves alone are skipped. */
export function eachField(bytes: Uint8Array, read: Field): void {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const key = reader.uint32();
    const start = reader.pos;
    read(key >>> 3, reader, key & 7);
    if (reader.pos === start) reader.skipType(key & 7);
  }
}

function integer(reader: Reader): number {
  // A number, or an object that becomes one.
  return Number(reader.int64());
}

function signed(reader: Reader): number {
  return reader.int32();
}

function float(reader: Reader): number {
  return reader.float();
}

function double(reader: Reader): number {
  return reader.double();
}

/** A repeated number, packed or one by one: writers may do either. */
function numbers(reader: Reader, type: number, one: (reader: Reader) => number, into: number[]): void {
  if (type !== DELIMITED) {
    into.push(one(reader));
    return;
  }
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) into.push(one(reader));
}

/** An entry of a map in the file. */
export function pair(bytes: Uint8Array): readonly [key: string, value: string] {
  let [key, value] = ['', ''];
  eachField(bytes, (field, reader) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = reader.string();
  });
  return [key, value];
}

const EXTERNAL = 1;

function tensorOf(bytes: Uint8Array): OnnxTensor {
  const [shape, values]: [number[], number[]] = [[], []];
  const external = new Map<string, string>();
  let [name, type, location]: [string, number, number] = ['', 0, 0];
  let raw: Uint8Array | null = null;
  eachField(bytes, (field, reader, wire) => {
    if (field === 1) numbers(reader, wire, integer, shape);
    else if (field === 2) type = signed(reader);
    else if (field === 4) numbers(reader, wire, float, values);
    else if (field === 5) numbers(reader, wire, signed, values);
    else if (field === 7 || field === 11) numbers(reader, wire, integer, values);
    else if (field === 8) name = reader.string();
    else if (field === 9) raw = reader.bytes();
    else if (field === 10) numbers(reader, wire, double, values);
    else if (field === 13) external.set(...pair(reader.bytes()));
    else if (field === 14) location = signed(reader);
  });
  return { name, type, shape, raw, numbers: values, external: location === EXTERNAL ? external : null };
}

function attributeOf(bytes: Uint8Array): readonly [name: string, attribute: OnnxAttribute] {
  const [floats, ints]: [number[], number[]] = [[], []];
  let [name, value, int, text, tensor]: [string, number, number, string, OnnxTensor | null] = ['', 0, 0, '', null];
  eachField(bytes, (field, reader, wire) => {
    if (field === 1) name = reader.string();
    else if (field === 2) value = float(reader);
    else if (field === 3) int = integer(reader);
    else if (field === 4) text = reader.string();
    else if (field === 5) tensor = tensorOf(reader.bytes());
    else if (field === 7) numbers(reader, wire, float, floats);
    else if (field === 8) numbers(reader, wire, integer, ints);
  });
  return [name, { float: value, int, text, floats, ints, tensor }];
}

function nodeOf(bytes: Uint8Array): OnnxFileNode {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const attributes = new Map<string, OnnxAttribute>();
  let [name, type, domain] = ['', '', ''];
  eachField(bytes, (field, reader) => {
    if (field === 1) inputs.push(reader.string());
    else if (field === 2) outputs.push(reader.string());
    else if (field === 3) name = reader.string();
    else if (field === 4) type = reader.string();
    else if (field === 5) attributes.set(...attributeOf(reader.bytes()));
    else if (field === 7) domain = reader.string();
  });
  const op = domain === '' || domain === 'ai.onnx' ? type : `${domain}.${type}`;
  return { name, op, inputs, outputs, attributes };
}

function sideOf(bytes: Uint8Array): number {
  let side = -1;
  eachField(bytes, (field, reader) => {
    if (field === 1) side = integer(reader);
  });
  return side;
}

function portOf(bytes: Uint8Array): OnnxPort {
  let [name, type]: [string, number] = ['', 0];
  let shape: number[] | null = null;
  const readShape: Field = (field, reader) => {
    if (field === 1) (shape ??= []).push(sideOf(reader.bytes()));
  };
  const readTensor: Field = (field, reader) => {
    if (field === 1) type = signed(reader);
    else if (field === 2) eachField(reader.bytes(), readShape);
  };
  eachField(bytes, (field, reader) => {
    if (field === 1) name = reader.string();
    else if (field === 2) {
      eachField(reader.bytes(), (kind, inner) => {
        if (kind === 1) eachField(inner.bytes(), readTensor);
      });
    }
  });
  return { name, type, shape };
}

function opsetOf(bytes: Uint8Array): { domain: string; version: number } {
  let [domain, version]: [string, number] = ['', 0];
  eachField(bytes, (field, reader) => {
    if (field === 1) domain = reader.string();
    else if (field === 2) version = integer(reader);
  });
  return { domain, version };
}

/** Nodes and constants of the largest common classifiers are a hundredth of these. */
const MOST_MEMBERS = 200_000;

function decode(bytes: Uint8Array): OnnxModel {
  const nodes: OnnxFileNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const metadata = new Map<string, string>();
  const [inputs, outputs]: [OnnxPort[], OnnxPort[]] = [[], []];
  const opsets = new Map<string, number>();
  let [producer, release] = ['', ''];
  const readGraph: Field = (field, reader) => {
    if (nodes.length + initializers.size > MOST_MEMBERS) throw new RangeError('it has too many nodes');
    if (field === 1) nodes.push(nodeOf(reader.bytes()));
    else if (field === 5) {
      const tensor = tensorOf(reader.bytes());
      initializers.set(tensor.name, tensor);
    } else if (field === 11) inputs.push(portOf(reader.bytes()));
    else if (field === 12) outputs.push(portOf(reader.bytes()));
  };
  eachField(bytes, (field, reader) => {
    if (field === 2) producer = reader.string();
    else if (field === 3) release = reader.string();
    else if (field === 7) eachField(reader.bytes(), readGraph);
    else if (field === 8) {
      const { domain, version } = opsetOf(reader.bytes());
      opsets.set(domain === 'ai.onnx' ? '' : domain, version);
    } else if (field === 14) metadata.set(...pair(reader.bytes()));
  });
  const opset = opsets.get('');
  if (opset === undefined || nodes.length === 0 || outputs.length === 0) throw new RangeError('it has no graph');
  return {
    producer: [producer, release].filter((part) => part !== '').join(' '),
    opset,
    metadata,
    nodes,
    initializers,
    inputs: inputs.filter(({ name }) => !initializers.has(name)),
    outputs,
  };
}

/** That a file is damaged, with what reading it came upon. */
export function damaged(cause: unknown): VisionError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new VisionError('invalid-model', `The file is no ONNX model, or damaged: ${why}.`, { cause });
}

/**
 * Reads an ONNX file. Constants stay where they are in `bytes`.
 *
 * @throws VisionError `invalid-model` for what is no ONNX file, or not all of one.
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  try {
    return decode(bytes);
  } catch (error) {
    throw damaged(error);
  }
}
