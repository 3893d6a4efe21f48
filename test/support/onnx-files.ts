import CRC32 from 'crc-32';
import protobuf from 'protobufjs';
import { sizeOf } from '../../src/vision/trunk/plan.js';
import { randomNumbers } from './random.js';
import type { Random } from './random.js';

/** The part of the format that the files of tests have, written apart from what reads it. */
const FORMAT = `syntax = "proto2";
message Entry { optional string key = 1; optional string value = 2; }
message Tensor {
  repeated int64 dims = 1; optional int32 dataType = 2; repeated float floatData = 4 [packed = true];
  repeated int64 int64Data = 7; optional string name = 8; optional bytes rawData = 9;
  repeated Entry externalData = 13; optional int32 dataLocation = 14;
}
message Attribute {
  optional string name = 1; optional float f = 2; optional int64 i = 3; optional bytes s = 4; optional Tensor t = 5;
  optional Graph g = 6; repeated float floats = 7; repeated int64 ints = 8; optional int32 type = 20;
}
message Node {
  repeated string input = 1; repeated string output = 2; optional string name = 3; optional string opType = 4;
  repeated Attribute attribute = 5; optional string domain = 7;
}
message Dimension { optional int64 dimValue = 1; optional string dimParam = 2; }
message Shape { repeated Dimension dim = 1; }
message TensorType { optional int32 elemType = 1; optional Shape shape = 2; }
message Type { optional TensorType tensorType = 1; }
message Port { optional string name = 1; optional Type type = 2; }
message Graph {
  repeated Node node = 1; optional string name = 2; repeated Tensor initializer = 5; repeated Port input = 11;
  repeated Port output = 12;
}
message Opset { optional string domain = 1; optional int64 version = 2; }
message Model {
  optional int64 irVersion = 1; optional string producerName = 2; optional string producerVersion = 3;
  optional Graph graph = 7; repeated Opset opsetImport = 8; repeated Entry metadataProps = 14;
}`;

const MODEL = protobuf.parse(FORMAT).root.lookupType('Model');

/** An attribute: a whole number, whole numbers, text, or with a point in it a number of 32 bits. */
export type Setting =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly tensor: object }
  | { readonly graph: object };

const FLOAT = 1;

function attribute(name: string, setting: Setting): object {
  if (typeof setting === 'number') return { name, i: setting, type: 2 };
  if (typeof setting === 'string') return { name, s: Buffer.from(setting), type: 3 };
  if ('float' in setting) return { name, f: setting.float, type: 1 };
  if ('tensor' in setting) return { name, t: setting.tensor, type: 4 };
  if ('graph' in setting) return { name, g: setting.graph, type: 5 };
  return { name, ints: setting, type: 7 };
}

/** A constant of 32 bits. */
export function floats(name: string, dims: readonly number[], values: ArrayLike<number>): object {
  const rawData = new Uint8Array(Float32Array.from(values).buffer);
  return { name, dims, dataType: FLOAT, rawData };
}

export function integers(name: string, values: readonly number[], dims: readonly number[] = [values.length]): object {
  return { name, dims, dataType: 7, int64Data: values };
}

/** The same for the same constant, whatever was made before: files of tests share this module. */
function randomOf(name: string, dims: readonly number[]): Random {
  return randomNumbers(CRC32.str(`${name} ${dims.join()}`));
}

/** A constant of 32 bits at random. */
export function weights(name: string, ...dims: number[]): object {
  return floats(name, dims, randomOf(name, dims)(sizeOf(dims), -0.8, 0.8));
}

/** Statistics or scales at random, above zero. */
export function positive(name: string, ...dims: number[]): object {
  return floats(name, dims, randomOf(name, dims)(sizeOf(dims), 0.5, 1.5));
}

export function node(
  opType: string,
  input: readonly string[],
  output: string | readonly string[],
  settings: Readonly<Record<string, Setting>> = {},
): object {
  const attributes = Object.entries(settings).map(([name, setting]) => attribute(name, setting));
  const outputs = typeof output === 'string' ? [output] : output;
  return { opType, name: `/${outputs[0] ?? ''}`, input, output: outputs, attribute: attributes };
}

/** An input or output; a side of null is of any length. */
export function port(name: string, sides: readonly (number | null)[], elemType = FLOAT): object {
  const dim = sides.map((side) => (side === null ? { dimParam: 'any' } : { dimValue: side }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

export interface OnnxParts {
  readonly nodes: readonly object[];
  readonly constants?: readonly object[];
  readonly inputs?: readonly object[];
  readonly outputs?: readonly object[];
  readonly opset?: number;
  readonly producer?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The bytes of an ONNX file that takes `picture`, 8 x 8 of three colours, and gives `scores`. */
export function onnxFile(parts: OnnxParts): Uint8Array {
  const { nodes, constants = [], opset = 17, producer = 'pytorch', metadata = {} } = parts;
  const graph = {
    name: 'main',
    node: nodes,
    initializer: constants,
    input: parts.inputs ?? [port('picture', [null, 3, 8, 8])],
    output: parts.outputs ?? [port('scores', [null, 4])],
  };
  const metadataProps = Object.entries(metadata).map(([key, value]) => ({ key, value }));
  const model = { irVersion: 8, producerName: producer, graph, opsetImport: [{ version: opset }], metadataProps };
  return MODEL.encode(MODEL.fromObject(model)).finish();
}

/** A convolution of the picture to six channels and a ReLU: `map`, 8 x 8. */
export const CONVOLVED = {
  nodes: [
    node('Conv', ['picture', 'filter', 'bias'], 'convolved', { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
    node('Relu', ['convolved'], 'map'),
  ],
  constants: [weights('filter', 6, 3, 3, 3), weights('bias', 6)],
} as const;

/** Global pooling of a map of so many channels, and a dense layer to four scores. */
export function pooledScores(map: string, channels = 6) {
  return {
    nodes: [
      node('GlobalAveragePool', [map], 'pooled'),
      node('Flatten', ['pooled'], 'flat'),
      node('Gemm', ['flat', 'kernel', 'offsets'], 'scores', { transB: 1 }),
    ],
    constants: [weights('kernel', 4, channels), weights('offsets', 4)],
  } as const;
}

/** A small classifier with these nodes between its first feature map, `map`, and the pooling of `last`; `before` make `picture`. */
export function between(
  nodes: readonly object[],
  {
    last,
    channels = 6,
    constants = [],
    before = [],
    ...parts
  }: Omit<OnnxParts, 'nodes'> & { last: string; channels?: number; before?: readonly object[] },
): Uint8Array {
  const end = pooledScores(last, channels);
  return onnxFile({
    ...parts,
    nodes: [...before, ...CONVOLVED.nodes, ...nodes, ...end.nodes],
    constants: [...CONVOLVED.constants, ...constants, ...end.constants],
  });
}
