import { InvalidArgumentError } from 'commander';
import { METHODS } from '../vision/cam/maps.js';
import type { Method } from '../vision/cam/maps.js';
import { BACKENDS } from '../vision/trunk/runner.js';
import type { Backend } from '../vision/trunk/runner.js';

/** Options of `sorot explain`, parsed and checked. */
export interface ExplainArguments {
  readonly model: string;
  readonly class?: string;
  readonly out?: string;
  readonly layer?: string;
  readonly method?: Method;
  readonly range?: readonly [number, number];
  readonly backend?: Backend;
  readonly json?: boolean;
}

/** `gradcam`, `Grad-CAM` and `grad_cam` are all the same method. */
export function parseMethod(text: string): Method {
  const plain = text.toLowerCase().replaceAll(/[^a-z]/g, '');
  const method = METHODS.find((each) => each === plain);
  if (method === undefined) throw new InvalidArgumentError(`Expected one of ${METHODS.join(', ')}.`);
  return method;
}

/** `lo,hi`: two different numbers that pixel values 0 and 255 become. */
export function parseRange(text: string): [number, number] {
  const parts = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  const [low = NaN, high = NaN] = parts;
  if (parts.length !== 2 || !Number.isFinite(low) || !Number.isFinite(high) || low === high) {
    throw new InvalidArgumentError('Expected two different numbers such as 0,1 or -1,1 or 0,255.');
  }
  return [low, high];
}

export function parseBackend(text: string): Backend {
  const backend = BACKENDS.find((each) => each === text);
  if (backend === undefined) throw new InvalidArgumentError(`Expected one of ${BACKENDS.join(', ')}.`);
  return backend;
}

/** A class must not be empty; whether the model has it is known only later. */
export function parseClass(text: string): string {
  if (text.trim() === '')
    throw new InvalidArgumentError('Expected a label, a rank such as 2, or an index such as #341.');
  return text;
}
