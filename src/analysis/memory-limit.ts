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

/** How a version of control groups calls its files. */
interface Files {
  readonly limit: string;
  readonly usage: string;
  /** In `memory.stat`: page cache that the kernel takes back where memory is wanted. */
  readonly reclaimable: string;
}

const V2: Files = { limit: 'memory.max', usage: 'memory.current', reclaimable: 'inactive_file' };
const V1: Files = {
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  reclaimable: 'total_inactive_file',
};

/** What all processes may have together. */
export interface MemoryLimit {
  readonly bytes: number;
  /** What is in use of it as the kernel counts it, in bytes; null where it is no container's limit. */
  readonly usage: (() => number | null) | null;
}

/** What a group uses, as Docker and Kubernetes count it; null where the kernel does not say. */
function usageOf(folder: string, files: Files): number | null {
  const usage = Number(read(join(folder, files.usage)) ?? NaN);
  const stat = read(join(folder, 'memory.stat')) ?? '';
  const reclaimable = Number(new RegExp(`^${files.reclaimable} (\\d+)$`, 'm').exec(stat)?.[1] ?? NaN);
  const used = usage - reclaimable;
  return Number.isFinite(used) ? Math.max(used, 0) : null;
}

/** The smallest limit from the mount down to this group: each group is bound by those above it. */
function smallestLimit(mount: string, group: string, files: Files): MemoryLimit | null {
  // A group outside of what this process can see is written with `..`; the mount itself is then all there is.
  const own = group.includes('..') ? mount : join(mount, group);
  let smallest: MemoryLimit | null = null;
  for (let folder = own; folder.startsWith(mount); folder = dirname(folder)) {
    const bytes = Number(read(join(folder, files.limit)) ?? NaN);
    if (!(bytes > 0 && bytes < NO_LIMIT) || bytes >= (smallest?.bytes ?? Infinity)) continue;
    const bound = folder;
    smallest = { bytes, usage: () => usageOf(bound, files) };
  }
  return smallest;
}

/** What the container allows this process; null where nothing does. */
function containerLimit(root: string): MemoryLimit | null {
  const groups = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n').map((line) => {
    const [, controllers = '', ...path] = line.split(':');
    return { controllers: controllers.split(','), path: path.join(':') };
  });
  const v2 = groups.find(({ controllers: [first] }) => first === '')?.path ?? '/';
  const v1 = groups.find(({ controllers }) => controllers.includes('memory'))?.path ?? '/';
  const mount = join(root, 'sys/fs/cgroup');
  return smallestLimit(mount, v2, V2) ?? smallestLimit(join(mount, 'memory'), v1, V1);
}

/**
 * What this process and its children may have together: what the operator says, else what the container allows (cgroup
 * v2, then v1), else 512 MB.
 *
 * @param said bytes; comes first, because whoever sets it means it
 * @param root the folder that `/proc` and `/sys` are in
 */
export function memoryLimit(said: number | null, root = '/'): MemoryLimit {
  if (said !== null) return { bytes: said, usage: null };
  return containerLimit(root) ?? { bytes: DEFAULT_MEMORY_LIMIT, usage: null };
}
