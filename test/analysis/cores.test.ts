import { expect, it } from 'vitest';
import { coresAtHand } from '../../src/analysis/cores.js';
import { folderWith } from '../support/models.js';

it.each<[string, Readonly<Record<string, string>>, number]>([
  ['all eight where nothing limits them', {}, 8],
  ['all eight where cgroup v2 says "max"', { 'sys/fs/cgroup/cpu.max': 'max 100000' }, 8],
  ['all eight where the quota is for more', { 'sys/fs/cgroup/cpu.max': '3200000 100000' }, 8],
  ['two of a quota of two', { 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': '200000 100000' }, 2],
  ['one of a quota of one and a half', { 'sys/fs/cgroup/cpu.max': '150000 100000' }, 1],
  ['one of a quota of a half', { 'sys/fs/cgroup/cpu.max': '50000 100000' }, 1],
  [
    'two of the group above, which has fewer',
    {
      'proc/self/cgroup': '0::/system/bot',
      'sys/fs/cgroup/system/bot/cpu.max': '400000 100000',
      'sys/fs/cgroup/system/cpu.max': '200000 100000',
    },
    2,
  ],
  [
    'three of cgroup v1',
    {
      'proc/self/cgroup': '5:cpu,cpuacct:/bot\n4:memory:/bot',
      'sys/fs/cgroup/cpu/bot/cpu.cfs_quota_us': '300000',
      'sys/fs/cgroup/cpu/bot/cpu.cfs_period_us': '100000',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
    },
    3,
  ],
])('has %s', async (_name, files, expected) => {
  expect(coresAtHand(8, await folderWith(files))).toBe(expected);
});
