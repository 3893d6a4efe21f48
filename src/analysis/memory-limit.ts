import { join } from 'node:path';
import { controlGroups, read } from './control-groups.js';

/** Where nothing limits the memory: what a small container has. */
export const DEFAULT_MEMORY_LIMIT = 512 * 2 ** 20;

/** Limits from here on mean "none": cgroup v1 writes 2^63 less a page. */
const NO_LIMIT = 2 ** 50;

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

function smallestLimit(folders: readonly string[], files: Files): MemoryLimit | null {
  let smallest: MemoryLimit | null = null;
  for (const folder of folders) {
    const bytes = Number(read(join(folder, files.limit)) ?? NaN);
    if (!(bytes > 0 && bytes < NO_LIMIT) || bytes >= (smallest?.bytes ?? Infinity)) continue;
    smallest = { bytes, usage: () => usageOf(folder, files) };
  }
  return smallest;
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
  const { v2, v1 } = controlGroups('memory', root);
  return smallestLimit(v2, V2) ?? smallestLimit(v1, V1) ?? { bytes: DEFAULT_MEMORY_LIMIT, usage: null };
}
