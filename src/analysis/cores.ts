import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { controlGroups, read } from './control-groups.js';

/** Cores that a group's quota comes to; Infinity where it has none. */
function quotaOf(quota: string | null | undefined, period: string | null | undefined): number {
  const [microseconds, of] = [Number(quota ?? NaN), Number(period ?? NaN)];
  return microseconds > 0 && of > 0 ? microseconds / of : Infinity;
}

/**
 * Whole cores for this process and its children: of those it may run on, what the container's quota comes to (cgroup v2,
 * then v1), but at least one. Node counts only the former.
 *
 * @param mayRunOn cores
 * @param root the folder that `/proc` and `/sys` are in
 */
export function coresAtHand(mayRunOn = availableParallelism(), root = '/'): number {
  const { v2, v1 } = controlGroups('cpu', root);
  const quotas = [
    ...v2.map((folder) => {
      const [quota, period] = (read(join(folder, 'cpu.max')) ?? '').split(' ');
      return quotaOf(quota, period);
    }),
    ...v1.map((folder) => quotaOf(read(join(folder, 'cpu.cfs_quota_us')), read(join(folder, 'cpu.cfs_period_us')))),
  ];
  return Math.max(1, Math.floor(Math.min(mayRunOn, ...quotas)));
}
