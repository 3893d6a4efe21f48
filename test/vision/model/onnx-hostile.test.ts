import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileModel } from '../../../src/vision/model/compile.js';
import { VisionError } from '../../../src/vision/vision-error.js';
import { temporaryFolder } from '../../support/models.js';
import {
  between,
  CONVOLVED,
  floats,
  integers,
  node,
  onnxFile,
  pooledScores,
  port,
  weights,
} from '../../support/onnx-files.js';
import type { Setting } from '../../support/onnx-files.js';
import { randomNumbers } from '../../support/random.js';

/** Of each file why it is refused, or null where it is taken. Any other end fails the test. */
async function refusals(files: Iterable<Uint8Array>): Promise<(string | null)[]> {
  const path = join(await temporaryFolder(), 'net.onnx');
  const outcomes: (string | null)[] = [];
  for (const file of files) {
    await writeFile(path, file);
    try {
      await compileModel(path);
      outcomes.push(null);
    } catch (error) {
      if (!(error instanceof VisionError)) throw error;
      expect(error.code).toBe('invalid-model');
      expect(error.message).toMatch(/^[A-Z"].*\.$/s);
      outcomes.push(error.message);
    }
  }
  return outcomes;
}

async function refusedAs(file: Uint8Array, expected: RegExp): Promise<void> {
  expect(await refusals([file])).toEqual([expect.stringMatching(expected)]);
}

const GOOD = between([node('Sigmoid', ['map'], 'gate'), node('Mul', ['map', 'gate'], 'made')], { last: 'made' });
/** One that has no plan, and runs as it is. */
const WHOLE = between([node('Abs', ['map'], 'made')], { last: 'made' });

function changed(file: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = Uint8Array.from(file);
  change(bytes);
  return bytes;
}

const END = pooledScores('map');

/** The small classifier with another filter. */
function withFilter(filter: object, settings: Readonly<Record<string, Setting>> = {}): Uint8Array {
  const convolution = node('Conv', ['picture', 'filter', 'bias'], 'convolved', { pads: [1, 1, 1, 1], ...settings });
  return onnxFile({
    nodes: [convolution, ...CONVOLVED.nodes.slice(1), ...END.nodes],
    constants: [filter, CONVOLVED.constants[1], ...END.constants],
  });
}

const FILTER = weights('filter', 6, 3, 3, 3);

describe('a damaged ONNX file is taken or refused with a sentence', () => {
  it('cut off anywhere', async () => {
    const lengths = Array.from({ length: 60 }, (_, index) => Math.floor((index * GOOD.length) / 60));
    const outcomes = await refusals(lengths.map((length) => GOOD.subarray(0, length)));
    expect(outcomes).not.toContain(null);
  });

  it.each([
    ['that has a plan', GOOD, 1],
    ['that runs as it is', WHOLE, 2],
  ])('with bits flipped: one %s', async (_what, file, seed) => {
    const random = randomNumbers(seed);
    const files = Array.from({ length: 150 }, (_, index) =>
      changed(file, (bytes) => {
        for (const place of random(1 + (index % 4), 0, 8 * file.length)) {
          const bit = Math.floor(place);
          bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        }
      }),
    );
    const outcomes = await refusals(files);
    expect(outcomes.filter((why) => why !== null).length).toBeGreaterThan(20);
  });

  it('with lengths that lie', async () => {
    const random = randomNumbers(3);
    const files = Array.from({ length: 60 }, () =>
      changed(GOOD, (bytes) => {
        bytes.set([0xff, 0xff, 0xff, 0xff, 0x07], Math.floor(random(1, 0, GOOD.length - 5)[0] ?? 0));
      }),
    );
    await refusals(files);
  });

  it('nested without an end', async () => {
    // A group that begins, in which a group begins, and so on.
    await refusedAs(Buffer.concat([GOOD, new Uint8Array(200_000).fill(0x0b)]), /no ONNX model, or damaged/);
    const within = (field: number, content: Uint8Array): Uint8Array => {
      const length: number[] = [];
      for (let left = content.length; length.length === 0 || left > 0; left >>>= 7)
        length.push((left & 127) | (left > 127 ? 128 : 0));
      return Uint8Array.from([(field << 3) | 2, ...length, ...content]);
    };
    let graph: Uint8Array = new Uint8Array();
    // A graph in an attribute of a node of a graph.
    for (let depth = 0; depth < 400; depth++) graph = within(1, within(5, within(6, graph)));
    await refusedAs(Buffer.concat([GOOD, within(7, graph)]), /graphs within graphs/);
  });
});

describe('an ONNX file that says what cannot be is refused with a sentence', () => {
  it.each([2 ** 40, 2 ** 31, 2 ** 53, -6, 0])('a filter of %i outputs', async (side) => {
    await refusedAs(withFilter({ ...FILTER, dims: [side, 3, 3, 3] }), /"\/convolved" \(Conv\) does not fit|cannot run/);
  });

  it('a constant whose sides multiply to its numbers and are none', async () => {
    await refusedAs(withFilter({ ...FILTER, dims: [-6, -3, 3, 3] }), /has the shape \[-6, -3, 3, 3\]/);
    await refusedAs(withFilter({ ...FILTER, dims: [6, 3, 3, 3, ...Array<number>(5000).fill(1)] }), /has the shape/);
  });

  it.each<[string, object[], object[]]>([
    ['a map that grows', [node('Resize', ['map', '', 'by'], 'made')], [floats('by', [4], [1, 1, 1e6, 1e6])]],
    ['a map that is padded', [node('Pad', ['map', 'by'], 'made')], [integers('by', [0, 0, 2 ** 31, 0, 0, 0, 0, 0])]],
    ['a map that is repeated', [node('Expand', ['map', 'by'], 'made')], [integers('by', [1, 6, 2 ** 40, 8])]],
    ['a map of more places than there are', [node('Reshape', ['map', 'by'], 'made')], [integers('by', [1, 6, 100, 8])]],
    ['a part of nothing', [node('Slice', ['map', 'by', 'by'], 'made')], [integers('by', [3])]],
    [
      'a constant of nothing that is as long as can be',
      [node('Slice', ['none', 'by', 'far', 'by'], 'part'), node('Pad', ['map', 'part'], 'made')],
      [{ name: 'none', dims: [0, 2 ** 40], dataType: 7 }, integers('by', [1]), integers('far', [2 ** 40])],
    ],
    [
      'a constant in steps that never come to its end',
      [node('Slice', ['many', 'by', 'far', 'by', 'step'], 'part'), node('Pad', ['map', 'part'], 'made')],
      [integers('many', [1, 2, 3]), integers('by', [0]), integers('far', [3]), floats('step', [1], [1e-12])],
    ],
    ['axes that are not there', [node('Unsqueeze', ['map', 'by'], 'made')], [integers('by', [2 ** 40])]],
    [
      'axes by the thousand',
      [node('Reshape', ['map', 'by'], 'made')],
      [integers('by', [1, 384, ...Array<number>(5000).fill(1)])],
    ],
    ['axes twice', [node('Transpose', ['map'], 'made', { perm: [0, 1, 1, 3] })], []],
    ['a softmax over another axis', [node('Softmax', ['map'], 'made', { axis: 99 })], []],
    [
      'a view by a broken constant',
      [node('Reshape', ['map', 'row'], 'all'), node('Gather', ['all', 'each'], 'made')],
      [{ name: 'row', dims: [1], dataType: 7, rawData: Uint8Array.of(1, 2, 3) }, integers('each', [0])],
    ],
    ['scales of nothing', [node('Mul', ['map', 'none'], 'made')], [floats('none', [0], [])]],
    ['an operator by the name of what every object has', [node('constructor', ['map'], 'made')], []],
    ['and by another', [node('__proto__', ['map'], 'made')], []],
    ['itself', [node('Abs', ['made'], 'made')], []],
    ['a circle of unknown operators', [node('Abs', ['other'], 'made'), node('Neg', ['made'], 'other')], []],
  ])('%s', async (_what, nodes, constants) => {
    const [why] = await refusals([between(nodes, { last: 'made', constants })]);
    expect(why).not.toBeNull();
  });

  it.each<[string, Readonly<Record<string, Setting>>]>([
    ['no step', { strides: [0, 0] }],
    ['steps back', { strides: [-1, -1] }],
    ['no distance', { dilations: [0, 0] }],
    ['a distance back', { dilations: [-3, -3] }],
    ['no groups', { group: 0 }],
    ['many groups', { group: 2 ** 40 }],
    ['padding without an end', { pads: [2 ** 40, 0, 0, 0] }],
    ['padding away', { pads: [-9, -9, -9, -9] }],
  ])('a window with %s', async (_what, settings) => {
    const [why] = await refusals([withFilter(FILTER, settings)]);
    expect(why).not.toBeNull();
  });

  it.each([2, 3, 6, 7, 8, 9, 11, 16, 77])('a filter whose numbers are of type %i', async (dataType) => {
    const [why] = await refusals([withFilter({ ...FILTER, dataType })]);
    expect(why).not.toBeNull();
  });

  it.each<[string, object]>([
    ['of no height', port('picture', [1, 3, 0, 8])],
    ['of endless height', port('picture', [1, 3, 2 ** 40, 8])],
    ['of text', port('picture', [1, 3, 8, 8], 8)],
    ['of numbers that nobody knows', port('picture', [1, 3, 8, 8], 77)],
  ])('a picture %s', async (_what, input) => {
    const parts = { nodes: [...CONVOLVED.nodes, ...END.nodes], constants: [...CONVOLVED.constants, ...END.constants] };
    const [why] = await refusals([onnxFile({ ...parts, inputs: [input] })]);
    expect(why).not.toBeNull();
  });
});

describe('an ONNX file never has another file read than its own weights', () => {
  const away = (location: string, others: Readonly<Record<string, string>> = {}) => ({
    name: 'filter',
    dims: [6, 3, 3, 3],
    dataType: 1,
    dataLocation: 1,
    externalData: Object.entries({ location, ...others }).map(([key, value]) => ({ key, value })),
  });
  const secret = (graph: object) => node('If', ['yes'], 'made', { then_branch: { graph }, else_branch: { graph } });

  it.each(['../../etc/passwd', '/etc/passwd', 'net.onnx', '', './net.onnx.data', '*/_ORT_MEM_ADDR_/*'])(
    'named as "%s"',
    async (location) => {
      const tensor = away(location);
      const yes = { name: 'yes', dims: [], dataType: 9, rawData: Uint8Array.of(1) };
      const inner = {
        name: 'inner',
        node: [node('Identity', ['filter'], 'out')],
        initializer: [tensor],
        output: [port('out', [6])],
      };
      const files = [
        withFilter(tensor),
        between([node('Constant', [], 'filter', { value: { tensor } }), node('Abs', ['map'], 'made')], {
          last: 'made',
        }),
        // Where no step ever reads it, and ONNX Runtime would.
        between([secret(inner)], { last: 'made', constants: [yes] }),
      ];
      for (const why of await refusals(files)) expect(why).toMatch(/weights in the file ".*"; they are read from/);
    },
  );

  it.each([
    ['below nothing', { offset: '-64' }],
    ['no number', { offset: '1e1' }],
    ['behind the end', { offset: '40' }],
    ['longer than all', { length: '9007199254740993' }],
  ])('at a place that is %s', async (_what, others) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'net.onnx'), withFilter(away('net.onnx.data', others)));
    await writeFile(join(folder, 'net.onnx.data'), new Uint8Array(648));
    await expect(compileModel(join(folder, 'net.onnx'))).rejects.toThrow(/"net\.onnx\.data" is cut off|has \d+ bytes/);
  });
});
