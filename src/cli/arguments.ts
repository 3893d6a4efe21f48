import { InvalidArgumentError } from 'commander';
import { METHODS, methodWord } from '../vision/cam/methods.js';
import type { Method } from '../vision/cam/methods.js';
import { EXPECTED_RANGE, parsePixelRange } from '../vision/pixel-range.js';
import type { PixelRange } from '../vision/pixel-range.js';
import type { BackendChoice } from '../vision/backend-choice.js';
import type { PrecisionChoice } from '../vision/int8/precision-choice.js';

/** Options of how a model is run, the same for every command that runs one. */
export interface EngineArguments {
  readonly layer?: string;
  readonly method?: Method;
  readonly range?: PixelRange;
  readonly backend?: BackendChoice;
  readonly precision?: PrecisionChoice;
}

/** Options of `sorot explain`, parsed and checked. */
export interface ExplainArguments extends EngineArguments {
  readonly model: string;
  readonly class?: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly jsonLines?: boolean;
}

/** Options of `sorot evaluate`, parsed and checked. */
export interface EvaluateArguments extends EngineArguments {
  readonly data: string;
  readonly none?: string;
  readonly heatmaps: number;
  readonly compare?: readonly Method[];
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

export function parseMethod(text: string): Method {
  const method = METHODS.find((each) => each === methodWord(text));
  if (method === undefined) throw new InvalidArgumentError(`Expected one of ${METHODS.join(', ')}.`);
  return method;
}

/** Methods with commas between them, or `all` of them. */
export function parseMethods(text: string): readonly Method[] {
  return text.trim().toLowerCase() === 'all' ? METHODS : [...new Set(text.split(',').map(parseMethod))];
}

/** `lo,hi`, two different numbers that pixel values 0 and 255 become, the name of a preprocessing, or `mean/deviation`. */
export function parseRange(text: string): PixelRange {
  const range = parsePixelRange(text);
  if (range === null) throw new InvalidArgumentError(`Expected ${EXPECTED_RANGE}.`);
  return range;
}

/** A class must not be empty; whether the model has it is known only later. */
export function parseClass(text: string): string {
  if (text.trim() === '')
    throw new InvalidArgumentError('Expected a label, a rank such as 2, or an index such as #341.');
  return text;
}

/** More than there are pictures on any machine. */
const LARGEST_COUNT = 1_000_000;

/** A whole number from 0 that is no typing mistake. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text.trim()) || count > LARGEST_COUNT) {
    throw new InvalidArgumentError(`Expected a whole number from 0 to ${LARGEST_COUNT}.`);
  }
  return count;
}
