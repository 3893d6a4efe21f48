import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isUpload, type ApiCall, type LocalTelegram } from 'local-telegram';

interface Field {
  readonly name: string;
  readonly types: readonly string[];
  readonly required: boolean;
  readonly description: string;
}

interface TypeSpec {
  readonly fields?: readonly Field[];
  readonly subtypes?: readonly string[];
}

interface MethodSpec {
  readonly fields?: readonly Field[];
  readonly returns: readonly string[];
}

/** The Bot API, machine-readable. */
export interface Spec {
  readonly methods: Readonly<Record<string, MethodSpec | undefined>>;
  readonly types: Readonly<Record<string, TypeSpec | undefined>>;
}

const FILE = join(import.meta.dirname, '../../../shared/data/bot-api/api.json');

let loaded: Spec | null | undefined;

/** The Bot API's own description, or null where it is not beside the repository. */
export function botApiSpec(): Spec | null {
  loaded ??= existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as Spec) : null;
  return loaded;
}

/**
 * What in this run does not fit the Bot API, a line each: calls of the bot, answers to them, and updates. Nothing
 * where the description is not there.
 */
export function violationsOf(telegram: LocalTelegram): string[] {
  return [...callViolationsOf(telegram), ...sentViolationsOf(telegram)];
}

/** What does not fit in the bot's calls alone. */
export function callViolationsOf(telegram: LocalTelegram): string[] {
  const spec = botApiSpec();
  return spec === null
    ? []
    : once(methodCalls(telegram).flatMap(({ method, payload }) => callViolations(spec, method, payload)));
}

/** What does not fit in what the local Bot API sent: answers and updates. */
export function sentViolationsOf(telegram: LocalTelegram): string[] {
  const spec = botApiSpec();
  if (spec === null) {
    return [];
  }
  const answered = methodCalls(telegram).filter(({ status }) => status === 200);
  return once([
    ...answered.flatMap(({ method, result }) => resultViolations(spec, method, result)),
    ...telegram.updatesSent.flatMap((update) => updateViolations(spec, update)),
  ]);
}

function methodCalls(telegram: LocalTelegram): ApiCall[] {
  return telegram.calls.filter(({ method }) => method !== 'file');
}

function once(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}

/** What of a call's fields the method does not know, lacks, or has with another type. */
export function callViolations(spec: Spec, method: string, payload: Readonly<Record<string, unknown>>): string[] {
  const known = spec.methods[method];
  if (known === undefined) {
    return [`${method}: there is no such method`];
  }
  const attached = attachedNames(payload);
  const fields = Object.fromEntries(Object.entries(payload).filter(([name]) => !attached.has(name)));
  return fieldViolations(spec, known.fields ?? [], fields, method);
}

/** What of a method's answer is not as the method promises. */
export function resultViolations(spec: Spec, method: string, result: unknown): string[] {
  const returns = spec.methods[method]?.returns ?? [];
  return valueViolations(spec, returns, asSent(result), `${method} result`);
}

/** What of an update is not as Telegram would send it. */
export function updateViolations(spec: Spec, update: { readonly update_id: number }): string[] {
  const where = `update ${update.update_id}`;
  const sent = asSent(update);
  const kinds = Object.keys(sent as object).filter((key) => key !== 'update_id');
  const amount = kinds.length === 1 ? [] : [`${where}: has ${kinds.length} kinds: ${kinds.join(', ')}`];
  return [...amount, ...valueViolations(spec, ['Update'], sent, where)];
}

function asSent(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

function attachedNames(payload: Readonly<Record<string, unknown>>): Set<string> {
  const names = new Set<string>();
  JSON.stringify(payload, (_key, value: unknown) => {
    if (isUpload(value)) {
      return null;
    }
    if (typeof value === 'string' && value.startsWith('attach://')) {
      names.add(value.slice('attach://'.length));
    }
    return value;
  });
  return names;
}

function fieldViolations(
  spec: Spec,
  fields: readonly Field[],
  value: Readonly<Record<string, unknown>>,
  where: string,
): string[] {
  const found: string[] = [];
  for (const name of Object.keys(value)) {
    if (!fields.some((field) => field.name === name)) {
      found.push(`${where}.${name}: unknown field`);
    }
  }
  for (const field of fields) {
    const held = value[field.name];
    if (held === undefined || held === null) {
      if (field.required) {
        found.push(`${where}.${field.name}: missing`);
      }
    } else {
      const constant = constantOf(field);
      if (constant !== undefined && held !== constant) {
        found.push(`${where}.${field.name}: must be ${constant}`);
      }
      found.push(...valueViolations(spec, field.types, held, `${where}.${field.name}`));
    }
  }
  return found;
}

/** What tells one subtype from another: 'Type of the result, must be photo', 'always "creator"'. */
function constantOf({ name, description }: Field): string | undefined {
  if (!['type', 'status', 'source'].includes(name)) {
    return undefined;
  }
  return /(?:must be|always) (?:equal to )?["“]?([a-z_]+)["”]?\.?$/.exec(description)?.[1];
}

/** Nothing where the value fits one of the types, else what is wrong with the nearest. */
function valueViolations(spec: Spec, types: readonly string[], value: unknown, where: string): string[] {
  let nearest: string[] | undefined;
  for (const type of types) {
    const found = typeViolations(spec, type, value, where);
    if (found.length === 0) {
      return [];
    }
    if (nearest === undefined || found.length < nearest.length) {
      nearest = found;
    }
  }
  return nearest ?? [`${where}: no type is known`];
}

function typeViolations(spec: Spec, type: string, value: unknown, where: string): string[] {
  const wrong = [`${where}: expected ${type}, got ${describe(value)}`];
  if (type.startsWith('Array of ')) {
    const inner = type.slice('Array of '.length);
    return Array.isArray(value)
      ? value.flatMap((item, index) => valueViolations(spec, [inner], item, `${where}[${index}]`))
      : wrong;
  }
  switch (type) {
    case 'Integer':
      return Number.isSafeInteger(value) ? [] : wrong;
    case 'Float':
      return typeof value === 'number' ? [] : wrong;
    case 'String':
      return typeof value === 'string' ? [] : wrong;
    case 'Boolean':
    case 'True':
      return typeof value === 'boolean' ? [] : wrong;
    case 'InputFile':
      return isUpload(value) || (typeof value === 'string' && value.startsWith('attach://')) ? [] : wrong;
    default:
      return objectViolations(spec, type, value, where, wrong);
  }
}

function objectViolations(spec: Spec, type: string, value: unknown, where: string, wrong: string[]): string[] {
  const known = spec.types[type];
  if (known === undefined) {
    return [`${where}: the type ${type} is not described`];
  }
  if (known.subtypes !== undefined) {
    return valueViolations(spec, known.subtypes, value, where);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong;
  }
  return fieldViolations(spec, known.fields ?? [], value as Record<string, unknown>, where);
}

function describe(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : typeof value;
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
