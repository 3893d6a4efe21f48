import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where nothing limits the memory: what a small container has. */
export const DEFAULT_MEMORY_LIMIT = 512 * 2 ** 20;

/** Limits from here on mean "none": cgroup v1 writes 2^63 less a page. */
const NO_LIMIT = 2 ** 50;

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** The smallest limit from the mount down to this group: each group is bound by those above it. */
function smallestLimit(mount: string, group: string, file: string): number | null {
  // A group outside of what this process can see is written with `..`; the mount itself is then all there is.
  const own = group.includes('..') ? mount : join(mount, group);
  const limits: number[] = [];
  for (let folder = own; folder.startsWith(mount); folder = dirname(folder)) {
    const limit = Number(read(join(folder, file)) ?? NaN);
    if (limit > 0 && limit < NO_LIMIT) limits.push(limit);
  }
  return limits.length === 0 ? null : Math.min(...limits);
}

/** What the container allows this process, in bytes; null where nothing does. */
function containerLimit(root: string): number | null {
  const groups = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n').map((line) => {
    const [, controllers = '', ...path] = line.split(':');
    return { controllers: controllers.split(','), path: path.join(':') };
  });
  const v2 = groups.find(({ controllers: [first] }) => first === '')?.path ?? '/';
  const v1 = groups.find(({ controllers }) => controllers.includes('memory'))?.path ?? '/';
  const mount = join(root, 'sys/fs/cgroup');
  return smallestLimit(mount, v2, 'memory.max') ?? smallestLimit(join(mount, 'memory'), v1, 'memory.limit_in_bytes');
}

/**
 * The bytes that this process and its children may have together: what the operator says, else what the container
 * allows (cgroup v2, then v1), else 512 MB.
 *
 * @param said comes first, because whoever sets it means it
 * @param root the folder that `/proc` and `/sys` are in
 */
export function memoryLimit(said: number | null, root = '/'): number {
  return said ?? containerLimit(root) ?? DEFAULT_MEMORY_LIMIT;
}
