/** A step of a network or a node of a graph: what matters of it here. */
interface Linked {
  readonly name: string;
  readonly inputs: readonly string[];
}

/**
 * Of the members of a network that fit the one that the longest chain leads to, of equals the last; null where none fits.
 * The order in which a file lists branches beside each other says nothing: another format lists them in another one.
 *
 * @param path every member after those it takes its input from.
 */
export function deepest<T extends Linked>(path: readonly T[], fits: (each: T) => boolean): T | null {
  const depths = new Map<string, number>();
  let [found, most]: [T | null, number] = [null, 0];
  for (const each of path) {
    const depth = 1 + Math.max(0, ...each.inputs.map((input) => depths.get(input) ?? 0));
    depths.set(each.name, depth);
    if (depth >= most && fits(each)) [found, most] = [each, depth];
  }
  return found;
}
