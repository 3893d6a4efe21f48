import { expect, it } from 'vitest';
import { DEFAULT_MEMORY_LIMIT, memoryLimit } from '../../src/analysis/memory-limit.js';
import { folderWith } from '../support/models.js';

const MB = 2 ** 20;
const V1_UNLIMITED = '9223372036854771712';

it('takes what the operator says before what the container allows', async () => {
  const root = await folderWith({ 'sys/fs/cgroup/memory.max': String(256 * MB) });
  expect(memoryLimit(1000 * MB, root)).toEqual({ bytes: 1000 * MB, usage: null });
});

it.each<[string, Readonly<Record<string, string>>, number]>([
  ['of a container', { 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/memory.max': String(300 * MB) }, 300 * MB],
  [
    'of its own group',
    { 'proc/self/cgroup': '0::/system/bot', 'sys/fs/cgroup/system/bot/memory.max': String(200 * MB) },
    200 * MB,
  ],
  [
    'of the group above, where that is smaller',
    {
      'proc/self/cgroup': '0::/system/bot',
      'sys/fs/cgroup/system/bot/memory.max': 'max',
      'sys/fs/cgroup/system/memory.max': String(400 * MB),
      'sys/fs/cgroup/memory.max': String(500 * MB),
    },
    400 * MB,
  ],
  [
    'of cgroup v1',
    {
      'proc/self/cgroup': '5:cpu,cpuacct:/bot\n4:memory:/bot\n0::/',
      'sys/fs/cgroup/memory/bot/memory.limit_in_bytes': String(320 * MB),
      'sys/fs/cgroup/memory/memory.limit_in_bytes': V1_UNLIMITED,
    },
    320 * MB,
  ],
  [
    'of cgroup v1 in a container, whose group lies elsewhere',
    {
      'proc/self/cgroup': '4:memory:/docker/0123',
      'sys/fs/cgroup/memory/memory.limit_in_bytes': String(256 * MB),
    },
    256 * MB,
  ],
  [
    'of the container, where its group lies outside of what it sees',
    { 'proc/self/cgroup': '0::/../../other', 'sys/fs/cgroup/memory.max': String(128 * MB) },
    128 * MB,
  ],
])('finds the limit %s', async (_name, files, expected) => {
  expect(memoryLimit(null, await folderWith(files)).bytes).toBe(expected);
});

it.each<[string, Readonly<Record<string, string>>]>([
  ['there are no control groups', {}],
  ['cgroup v2 says "max"', { 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/memory.max': 'max' }],
  [
    'cgroup v1 says its huge number',
    { 'proc/self/cgroup': '4:memory:/', 'sys/fs/cgroup/memory/memory.limit_in_bytes': V1_UNLIMITED },
  ],
  ['the file holds no number', { 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/memory.max': 'none' }],
])('takes 512 MB where %s', async (_name, files) => {
  expect(memoryLimit(null, await folderWith(files))).toEqual({ bytes: DEFAULT_MEMORY_LIMIT, usage: null });
});

it.each<[string, Readonly<Record<string, string>>]>([
  [
    'cgroup v2',
    {
      'proc/self/cgroup': '0::/bot',
      'sys/fs/cgroup/bot/memory.max': String(256 * MB),
      'sys/fs/cgroup/bot/memory.current': String(200 * MB),
      'sys/fs/cgroup/bot/memory.stat': `anon 1\ninactive_file ${50 * MB}\nactive_file 7`,
    },
  ],
  [
    'cgroup v1',
    {
      'proc/self/cgroup': '4:memory:/bot',
      'sys/fs/cgroup/memory/bot/memory.limit_in_bytes': String(256 * MB),
      'sys/fs/cgroup/memory/bot/memory.usage_in_bytes': String(200 * MB),
      'sys/fs/cgroup/memory/bot/memory.stat': `inactive_file 1\ntotal_inactive_file ${50 * MB}`,
    },
  ],
])('takes from %s what is in use of its limit, without page cache that can be reclaimed', async (_name, files) => {
  expect(memoryLimit(null, await folderWith(files)).usage?.()).toBe(150 * MB);
});

it('leaves it to the processes where the container does not say what is in use', async () => {
  const root = await folderWith({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/memory.max': String(256 * MB) });
  expect(memoryLimit(null, root).usage?.()).toBeNull();
});
