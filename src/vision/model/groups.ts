import * as v from 'valibot';
import { labelSchema, MAX_LABELS, toLabel } from './labels.js';
import type { Label } from './labels.js';

/** More kinds than classes make no sense; this only bounds what is read. */
const MAX_GROUPS = 10_000;

const classIndex = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * `"groups"` of `classifier.json`: kinds of classes. `classes` are those of the kind itself, by index (`151`), range
 * (`"151-268"`) or label (`"husky"`); those of the kinds within it (which name it as their `parent`) belong to it as well.
 */
export const groupsSchema = v.pipe(
  v.array(
    v.strictObject({
      label: labelSchema,
      parent: v.optional(v.string()),
      classes: v.optional(v.pipe(v.array(v.union([classIndex, v.string()])), v.maxLength(MAX_LABELS)), []),
    }),
  ),
  v.maxLength(MAX_GROUPS),
);

type GivenGroup = v.InferOutput<typeof groupsSchema>[number];

/** A kind of classes, such as "dog": the classes that people would call so. */
export interface Group {
  readonly label: Label;
  /** Index of the kind around it, or null. */
  readonly parent: number | null;
  /** Class indices of the kind itself, without those of kinds within it; ascending. */
  readonly own: readonly number[];
  /** All its class indices, ascending. */
  readonly members: readonly number[];
}

const inOrder = (indices: Iterable<number>): number[] => [...new Set(indices)].sort((a, b) => a - b);

const isCalled = ({ names }: Label, text: string): boolean =>
  Object.values(names).some((name) => name.toLocaleLowerCase() === text.toLocaleLowerCase());

/** The classes that one entry of `classes` means. */
function classesOf(entry: number | string, labels: readonly Label[], group: string): number[] {
  if (typeof entry === 'number') return [entry];
  const [, from, to] = /^(\d+)-(\d+)$/.exec(entry) ?? [];
  if (from !== undefined && to !== undefined) {
    const [first, last] = [Number(from), Number(to)];
    if (first > last || last >= MAX_LABELS) throw new RangeError(`"${entry}" of the group "${group}" is no range`);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  }
  const index = labels.findIndex((label) => isCalled(label, entry));
  if (index < 0) throw new RangeError(`the group "${group}" names "${entry}", which is the label of no class`);
  return [index];
}

/** Each kind's way up: itself, the kind around it, and so on. */
function wayUp(start: number, parents: readonly (number | null)[], names: readonly string[]): number[] {
  const way: number[] = [];
  for (let at: number | null = start; at !== null; at = parents[at] ?? null) {
    if (way.includes(at)) throw new RangeError(`the group "${names[at] ?? ''}" lies within itself`);
    way.push(at);
  }
  return way;
}

/**
 * The tree of kinds that a file describes.
 *
 * @param labels of the classes; empty where the model has none.
 * @throws RangeError where the kinds are no tree, share a name or a class, or name what does not exist.
 */
export function resolveGroups(given: readonly GivenGroup[], labels: readonly Label[]): Group[] {
  const named = given.map(({ label }) => toLabel(label));
  const names = named.map((label) => label.names.en);
  const parents = given.map(({ parent }, index) => {
    if (parent === undefined) return null;
    const found = named.findIndex((label) => isCalled(label, parent));
    if (found < 0)
      throw new RangeError(`the group "${names[index] ?? ''}" has the parent "${parent}", which is no group`);
    return found;
  });
  const owners = new Map<number, number>();
  const own = given.map(({ classes }, group) => {
    const name = names[group] ?? '';
    const same = Object.values(named[group]?.names ?? {}).find(
      (each) => named.findIndex((other) => isCalled(other, each)) !== group,
    );
    if (same !== undefined) throw new RangeError(`two groups are called "${same}"`);
    const indices = inOrder(classes.flatMap((entry) => classesOf(entry, labels, name)));
    for (const index of indices) {
      const other = owners.get(index);
      if (other !== undefined) {
        throw new RangeError(`class #${index} stands in two groups, "${names[other] ?? ''}" and "${name}"`);
      }
      owners.set(index, group);
    }
    return indices;
  });
  const members = given.map((): number[] => []);
  own.forEach((indices, group) => {
    for (const around of wayUp(group, parents, names)) members[around]?.push(...indices);
  });
  return named.map((label, index) => {
    const all = inOrder(members[index] ?? []);
    if (all.length === 0) throw new RangeError(`the group "${label.names.en}" has no classes`);
    return { label, parent: parents[index] ?? null, own: own[index] ?? [], members: all };
  });
}
