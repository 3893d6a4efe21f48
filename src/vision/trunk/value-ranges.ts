import type { Plan, Step } from './plan.js';

/** The lowest and the highest number that a value of the trunk had over photographs, by the value's name. */
export type ValueRanges = ReadonlyMap<string, readonly [low: number, high: number]>;

/** Whether a step of the trunk can compute with whole numbers of 8 bits. */
export function computesInInt8({ operation, inputs }: Step): boolean {
  const { op } = operation;
  return op === 'conv' || op === 'depthwise' || (op === 'combine' && operation.kind === 'add' && inputs.length === 2);
}

/** The values whose ranges a plan's trunk needs to compute in int8: what such steps read and make. */
export function rangedValues({ trunk }: Plan): string[] {
  const steps = trunk.filter(computesInInt8);
  return [...new Set(steps.flatMap(({ name, inputs }) => [...inputs, name]))];
}
