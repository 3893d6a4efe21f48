import { ArrayHead } from '../../src/vision/head/head.js';
import type { CutValues } from '../../src/vision/head/head.js';
import { INPUT, sizeOf } from '../../src/vision/trunk/plan.js';
import type { Operation, OutputKind, Padding, Plan, Shape, Step, Weights } from '../../src/vision/trunk/plan.js';

export const NO_PADDING: Padding = { top: 0, right: 0, bottom: 0, left: 0 };
export const ONE_BY_ONE = { strides: [1, 1], dilations: [1, 1], padding: NO_PADDING } as const;

export function weights(shape: Shape, values: ArrayLike<number>): Weights {
  return { shape, values: Float32Array.from(values) };
}

export function step(name: string, inputs: readonly string[], operation: Operation, shape: Shape): Step {
  return { name, inputs, operation, shape };
}

export function convolution(
  filter: Weights,
  bias: Weights | null,
  options: Partial<Omit<Extract<Operation, { op: 'conv' }>, 'op' | 'filter' | 'bias'>> = {},
): Operation {
  return { op: 'conv', filter, bias, ...ONE_BY_ONE, groups: 1, activation: 'linear', ...options };
}

export function denseStep(kernel: Weights, bias: Weights | null): Operation {
  return { op: 'dense', kernel, bias, activation: 'linear' };
}

/**
 * A plan around a head. Its picture is one row of numbers, and its trunk cuts that row into the named inputs, so that
 * the same head can be given its inputs directly or run by any runner.
 *
 * @param target the input whose gradient is asked for; by default the first.
 */
export function headPlan(
  inputs: Readonly<Record<string, Shape>>,
  head: readonly Step[],
  options: { output?: OutputKind; target?: string } = {},
): Plan {
  const names = Object.keys(inputs);
  const [first = ''] = names;
  const target = options.target ?? first;
  const width = Object.values(inputs).reduce((total, shape) => total + sizeOf(shape), 0);
  let left = 0;
  const trunk = Object.entries(inputs).flatMap(([name, shape]) => {
    const size = sizeOf(shape);
    const padding = { ...NO_PADDING, left, right: width - left - size };
    left += size;
    const piece = step(`${name}/piece`, [INPUT], { op: 'crop', padding }, [1, size, 1]);
    return [piece, step(name, [piece.name], { op: 'reshape' }, shape)];
  });
  const last = head.at(-1);
  return {
    input: { height: 1, width, channels: 1 },
    trunk,
    head,
    cut: [target, ...names.filter((name) => name !== target)],
    target: { value: target, layer: target, shape: inputs[target] ?? [] },
    scores: last?.name ?? first,
    output: options.output ?? 'linear',
    outputs: sizeOf(last?.shape ?? []),
  };
}

/** The picture from which a `headPlan` cuts these inputs. */
export function pictureOf(plan: Plan, inputs: CutValues): Float32Array {
  const row = plan.trunk.filter((each) => each.operation.op === 'reshape').map((each) => inputs.get(each.name));
  return Float32Array.from(row.flatMap((values) => Array.from(values ?? [])));
}

/** Every step of a plan, run on typed arrays over one picture, channels last: the cut values and the scores. */
export async function runOnArrays(
  plan: Plan,
  picture: Float32Array,
): Promise<{ cut: CutValues; scores: Float32Array }> {
  const { height, width, channels } = plan.input;
  const whole = (value: string): Plan => ({
    ...plan,
    trunk: [],
    head: [...plan.trunk, ...plan.head],
    cut: [INPUT],
    target: { value: INPUT, layer: INPUT, shape: [height, width, channels] },
    scores: value,
  });
  const given = new Map([[INPUT, picture]]);
  const read = async (value: string): Promise<Float32Array> => (await new ArrayHead(whole(value)).run(given)).scores;
  const cut = new Map<string, Float32Array>();
  for (const value of plan.cut) cut.set(value, await read(value));
  return { cut, scores: await read(plan.scores) };
}

/** Channels first, as some runners want pictures. */
export function channelsFirst(picture: Float32Array, channels: number): Float32Array {
  const places = picture.length / channels;
  return Float32Array.from(picture, (_, at) => picture[(at % places) * channels + Math.floor(at / places)] ?? 0);
}
