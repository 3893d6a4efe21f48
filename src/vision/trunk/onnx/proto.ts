import { basename, dirname } from 'node:path';
import protobuf from 'protobufjs/minimal.js';
import type { FilePlace } from '../plan.js';

/**
 * The part of the ONNX file format that plans need (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto): a model
 * of one graph, its constants of the types below, static shapes, and numeric or text attributes.
 */
export type Attribute = { float: number } | { int: number } | { ints: readonly number[] } | { text: string };

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

/** Whole numbers of 8 or 32 bits. */
export type WholeNumbers = Int8Array | Uint8Array | Int32Array;

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  /** Numbers, or where so many bytes of float32 lie. */
  readonly values: Float32Array | BigInt64Array | WholeNumbers | (FilePlace & { readonly bytes: number });
}

export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** Format version 8 with operator set 17: the first pair that has every operator used here. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;

const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const INT32 = 6;
const INT64 = 7;

/** Where a constant's bytes are. */
const EXTERNAL = 1;

const VARINT = 0;
const DELIMITED = 2;
const FIXED32 = 5;

type Writer = protobuf.Writer;

function key(writer: Writer, field: number, type: number): Writer {
  return writer.uint32((field << 3) | type);
}

function text(writer: Writer, field: number, value: string): void {
  key(writer, field, DELIMITED).string(value);
}

function integer(writer: Writer, field: number, value: number): void {
  key(writer, field, VARINT).int64(value);
}

function message(writer: Writer, field: number, write: (writer: Writer) => void): void {
  key(writer, field, DELIMITED).fork();
  write(writer);
  writer.ldelim();
}

function writeAttribute(writer: Writer, name: string, attribute: Attribute): void {
  text(writer, 1, name);
  if ('float' in attribute) {
    key(writer, 2, FIXED32).float(attribute.float);
    integer(writer, 20, 1);
  } else if ('int' in attribute) {
    integer(writer, 3, attribute.int);
    integer(writer, 20, 2);
  } else if ('text' in attribute) {
    text(writer, 4, attribute.text);
    integer(writer, 20, 3);
  } else {
    for (const value of attribute.ints) integer(writer, 8, value);
    integer(writer, 20, 7);
  }
}

function typeOf(values: OnnxConstant['values']): number {
  if (values instanceof BigInt64Array) return INT64;
  if (values instanceof Int32Array) return INT32;
  if (values instanceof Int8Array) return INT8;
  return values instanceof Uint8Array ? UINT8 : FLOAT;
}

function writeConstant(writer: Writer, { name, shape, values }: OnnxConstant): void {
  for (const side of shape) integer(writer, 1, side);
  integer(writer, 2, typeOf(values));
  text(writer, 8, name);
  if (!('file' in values)) {
    key(writer, 9, DELIMITED).bytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return;
  }
  const { file, offset, bytes } = values;
  for (const [name, value] of Object.entries({ location: basename(file), offset, length: bytes })) {
    message(writer, 13, (entry) => {
      text(entry, 1, name);
      text(entry, 2, String(value));
    });
  }
  integer(writer, 14, EXTERNAL);
}

function writeValue(writer: Writer, { name, shape }: OnnxValue): void {
  text(writer, 1, name);
  message(writer, 2, (type) => {
    message(type, 1, (tensor) => {
      integer(tensor, 1, FLOAT);
      message(tensor, 2, (dimensions) => {
        for (const side of shape)
          message(dimensions, 1, (dimension) => {
            integer(dimension, 1, side);
          });
      });
    });
  });
}

function writeNode(writer: Writer, node: OnnxNode): void {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 4, node.type);
  for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
    message(writer, 5, (inner) => {
      writeAttribute(inner, name, attribute);
    });
  }
}

/** An ONNX model as the bytes of its file, and the folder of the files that it names; null where it names none. */
export interface EncodedModel {
  readonly model: Uint8Array;
  readonly folder: string | null;
}

/**
 * An ONNX file that gives more of its values as outputs. Parts of a message that come twice are merged, so that what is
 * added can stand behind the file (https://protobuf.dev/programming-guides/encoding/#last-one-wins).
 */
export function withOutputs(model: Uint8Array, names: readonly string[]): Uint8Array {
  const writer = protobuf.Writer.create();
  message(writer, 7, (graph) => {
    for (const name of names) {
      message(graph, 12, (value) => {
        text(value, 1, name);
      });
    }
  });
  return Buffer.concat([model, writer.finish()]);
}

/** Encodes a graph. Constants that lie in a file stay there. All those files are in one folder. */
export function encodeModel(graph: OnnxGraph): EncodedModel {
  const writer = protobuf.Writer.create();
  integer(writer, 1, IR_VERSION);
  text(writer, 2, 'sorot');
  message(writer, 7, (inner) => {
    for (const node of graph.nodes)
      message(inner, 1, (each) => {
        writeNode(each, node);
      });
    text(inner, 2, 'plan');
    for (const constant of graph.constants)
      message(inner, 5, (each) => {
        writeConstant(each, constant);
      });
    for (const value of graph.inputs)
      message(inner, 11, (each) => {
        writeValue(each, value);
      });
    for (const value of graph.outputs)
      message(inner, 12, (each) => {
        writeValue(each, value);
      });
  });
  message(writer, 8, (set) => {
    integer(set, 2, OPERATOR_SET);
  });
  const file = graph.constants.flatMap(({ values }) => ('file' in values ? [values.file] : []))[0];
  return { model: writer.finish(), folder: file === undefined ? null : dirname(file) };
}
