import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { explainClass } from '../../src/vision/cam/class-map.js';
import { loadNetwork } from '../../src/vision/loaded-network.js';
import { NO_CHOICE } from '../../src/vision/model/choice.js';
import type { CompileChoice } from '../../src/vision/model/choice.js';
import { compileModel } from '../../src/vision/model/compile.js';
import type { Compiled } from '../../src/vision/trunk/plan.js';
import { probabilitiesOf } from '../../src/vision/probabilities.js';
import { forward } from './run.js';

/** What the scripts in `test/zoo` write beside the files of a model. */
const expected = v.looseObject({
  name: v.string(),
  api: v.string(),
  scales: v.boolean(),
  outputs: v.array(v.number()),
  map: v.nullable(v.looseObject({ class: v.number(), layer: v.string(), cam: v.array(v.array(v.number())) })),
  input: v.tuple([v.number(), v.number(), v.number()]),
  policy: v.nullable(v.string()),
  head: v.string(),
});

export type Expected = v.InferOutput<typeof expected>;

/** One file of one model, and what Keras says of it. */
export interface Animal {
  readonly path: string;
  readonly format: string;
  readonly megabytes: number;
  readonly expected: Expected;
}

const FORMATS: readonly (readonly [ending: RegExp, format: string])[] = [
  [/\.keras$/, '.keras'],
  [/\.h5$/, '.h5'],
  [/^tfjs-layers$/, 'TensorFlow.js layers'],
  [/^tfjs-layers-/, 'TensorFlow.js layers, as converted'],
  [/^tfjs-graph/, 'TensorFlow.js graph'],
];

/** The size of a file, or of all files in a folder. */
export function megabytesIn(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).size / 2 ** 20;
  return readdirSync(path).reduce((sum, name) => sum + megabytesIn(join(path, name)), 0);
}

/** Every file in a folder that the scripts filled. */
export function animalsIn(folder: string): Animal[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => existsSync(join(folder, name, 'expected.json')))
    .flatMap((name) => {
      const document = v.parse(expected, JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')));
      return readdirSync(join(folder, name)).flatMap((file) => {
        const format = FORMATS.find(([ending]) => ending.test(file))?.[1];
        const path = join(folder, name, file);
        return format === undefined ? [] : [{ path, format, megabytes: megabytesIn(path), expected: document }];
      });
    });
}

/** How far what Sorot computes is from what Keras computed, at most. */
export interface Distance {
  readonly probabilities: number;
  /** Of maps whose largest value is 1; null where there is none to compare with. */
  readonly map: number | null;
  /** The layer whose feature map was explained. */
  readonly layer: string | null;
  readonly backend: string;
}

function furthest(actual: ArrayLike<number>, wanted: readonly number[]): number {
  if (actual.length !== wanted.length) return Infinity;
  return Math.max(...wanted.map((value, index) => Math.abs(value - (actual[index] ?? NaN))));
}

/** The picture that Keras was given, row-major: waves, which models that scale pixels get as 0..255. */
export function waves([height, width, channels]: Expected['input'], scales: boolean): Float32Array {
  return Float32Array.from({ length: height * width * channels }, (_, at) =>
    scales ? (Math.sin(at * 0.37) + 1) * 127.5 : Math.sin(at * 0.37),
  );
}

/** What compiles a file: in this process, or in one of its own. */
export type Compiler = (path: string, choice: CompileChoice) => Promise<Compiled>;

const here: Compiler = async (path, choice) => (await compileModel(path, choice)).compiled;

/** Runs a model on the picture that Keras was given. */
export async function distanceOf({ path, expected }: Animal, compile: Compiler = here): Promise<Distance> {
  const { scales, outputs, map, input, head: kind } = expected;
  // One output without an activation is a score where there are two labels.
  const compiled = await compile(path, { ...NO_CHOICE, labels: kind === 'one-logit' ? 2 : 0 });
  const { plan } = compiled;
  const { height, width, channels } = plan.input;
  if (height !== input[0] || width !== input[1] || channels !== input[2]) {
    throw new RangeError(`The input is ${height} x ${width} x ${channels}, not ${input.join(' x ')}.`);
  }
  const { runner, head } = await loadNetwork(compiled, { threads: 2, model: join(path, 'model.json') });
  try {
    const { scores, cut } = await forward(runner, plan, waves(input, scales));
    const all = probabilitiesOf(scores, plan.output);
    const single = outputs.length === 1;
    const probabilities = furthest(single ? all.subarray(1) : all, outputs);
    const found = { probabilities, layer: plan.target?.layer ?? null, backend: runner.backend };
    if (map === null) return { ...found, map: null };
    const classIndex = single ? 1 : map.class;
    const { values } = await explainClass(plan, { cut, run: () => head.run(new Map(cut)) }, [classIndex], 'gradcam');
    return { ...found, map: furthest(values, map.cam.flat()) };
  } finally {
    await runner.close();
  }
}
