import * as v from 'valibot';
import { wholeNumber } from './schemas.js';

/** One variable of the environment: how it is read, and how it is told of. */
export interface Variable {
  readonly schema: v.GenericSchema<string | undefined, unknown>;
  /** What may stand there, with its unit and bounds; reads on from "expected". */
  readonly expected: string;
  /** What it is for, in one line. */
  readonly doc: string;
  /** The default as it would be written; absent where there is none. */
  readonly default?: string;
  /** What happens without it, where there is no default. */
  readonly without?: string;
  /** What else helps where the value is wrong. */
  readonly hint?: (got: string) => string;
  /** The value is never shown. */
  readonly secret?: true;
}

/** A required variable. */
export function required<S extends v.GenericSchema<string, unknown>>(
  schema: S,
  told: Variable['expected'],
  doc: string,
) {
  return { schema, expected: told, doc, without: 'required' };
}

/** A variable with a default, written as it would be in the environment. */
export function defaulted<S extends v.GenericSchema<string, unknown>>(
  schema: S,
  text: string,
  expected: string,
  doc: string,
) {
  return { schema: v.optional(schema, text as v.InferInput<S>), expected, doc, default: text };
}

/** A variable that may be left out. */
export function optional<S extends v.GenericSchema<string, unknown>>(
  schema: S,
  without: string,
  expected: string,
  doc: string,
) {
  return { schema: v.optional(schema), expected, doc, without };
}

/** A variable whose value is never shown. */
export function secret<V extends Variable>(variable: V): V & { readonly secret: true } {
  return { ...variable, secret: true };
}

/** A whole number with its unit and its bounds. */
export function number(least: number, most: number, fallback: number, unit: string, doc: string) {
  const expected = `a whole number${unit === '' ? '' : ` of ${unit}`} from ${least} to ${most}`;
  return defaulted(wholeNumber(least, most), String(fallback), expected, doc);
}

/** Words as they are listed in a sentence. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
