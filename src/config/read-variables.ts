import * as v from 'valibot';
import { shapeOf, shownValue } from './shown.js';
import type { Variable } from './variable.js';
import { VARIABLES } from './variables.js';
import type { Settings, VariableName } from './variables.js';

export const VARIABLE_NAMES = Object.keys(VARIABLES) as VariableName[];

export type Given = Readonly<Partial<Record<VariableName, string>>>;

/** Values as people mean them: without spaces around them, and unset where nothing is left. */
export function trimmed(env: NodeJS.ProcessEnv): Given {
  return Object.fromEntries(
    VARIABLE_NAMES.flatMap((name) => {
      const text = env[name]?.trim() ?? '';
      return text === '' ? [] : [[name, text]];
    }),
  );
}

/** Reads each variable by itself. Without problems the settings are complete. */
export function readVariables(given: Given): { settings: Partial<Settings>; problems: string[] } {
  const problems: string[] = [];
  const settings = VARIABLE_NAMES.flatMap((name) => {
    const { schema }: Variable = VARIABLES[name];
    const result = v.safeParse(schema, given[name]);
    if (result.success) return [[name, result.output] as const];
    problems.push(problem(name, given[name]));
    return [];
  });
  return { settings: Object.fromEntries(settings), problems };
}

/** One line on one variable: its name, what was expected, what was got. */
export function problem(name: VariableName, got: string | undefined, because = ''): string {
  const variable: Variable = VARIABLES[name];
  const hint = variable.hint === undefined ? '' : ` (${variable.hint(got ?? '')})`;
  return `${name}: expected ${variable.expected}${because}, got ${asGot(variable, got)}${hint}`;
}

function asGot(variable: Variable, got: string | undefined): string {
  if (got === undefined) return 'nothing';
  return variable.secret === true ? shapeOf(got) : shownValue(got);
}
