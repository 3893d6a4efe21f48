import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { MemoryCgroup, NoCgroupError } from '../../bench/soak/memory-cgroup.js';
import { newFolder } from '../support/folders.js';

const MB = 2 ** 20;

/** A process that does as it is told on standard input, a script a line, and says when it has. */
const OBEDIENT = `
  const kept = [];
  require('node:readline').createInterface({ input: process.stdin }).on('line', (script) => {
    eval(script);
    console.log('done');
  });
`;

function groupOf(limit: number): MemoryCgroup {
  const group = MemoryCgroup.create(`sorot-test-${process.pid}-${Math.random().toString(36).slice(2)}`, limit);
  onTestFinished(() => group.remove());
  return group;
}

function obedientIn(group: MemoryCgroup) {
  const [command, parameters] = group.commandLine(process.execPath, '-e', OBEDIENT);
  const child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const told = async (script: string): Promise<void> => {
    child.stdin.write(`${script}\n`);
    await Promise.race([once(child.stdout, 'data'), exited]);
  };
  return { told, exited };
}

function reasonAgainst(): string | null {
  try {
    void MemoryCgroup.create(`sorot-probe-${process.pid}`, 64 * MB).remove();
    return null;
  } catch (error) {
    if (error instanceof NoCgroupError) return error.message;
    throw error;
  }
}

const why = reasonAgainst();

describe('a memory cgroup', () => {
  beforeEach(({ skip }) => {
    if (why !== null) skip(why);
  });

  it('counts what its processes hold, without what the page cache could give back', async () => {
    const file = join(await newFolder(), 'large');
    const group = groupOf(512 * MB);
    const { told } = obedientIn(group);
    await told('kept.push(Buffer.alloc(2 ** 20, 1))');
    const before = group.read();
    await told(`for (let i = 0; i < 64; i++) require('node:fs').appendFileSync('${file}', kept[0])`);
    const cached = group.read();
    expect(cached.peak ?? Infinity).toBeGreaterThan(before.usage + 60 * MB);
    expect(cached.usage - before.usage).toBeLessThan(16 * MB);
    await told(`kept.push(Buffer.alloc(${64 * MB}, 1))`);
    const holding = group.read();
    expect(holding.usage - before.usage).toBeGreaterThan(60 * MB);
    expect(holding.oomKills).toBe(0);
  });

  it('has the kernel kill what takes more than its limit', async () => {
    const group = groupOf(128 * MB);
    const { told, exited } = obedientIn(group);
    await told(`kept.push(Buffer.alloc(${256 * MB}, 1))`);
    expect(await exited).toEqual([null, 'SIGKILL']);
    const { oomKills, peak } = group.read();
    expect(oomKills).toBe(1);
    expect(peak ?? 0).toBeLessThanOrEqual(128 * MB);
  });
});

it('where none can be made is said in a sentence', () => {
  const create = () => MemoryCgroup.create('no/such/parent', 64 * MB);
  expect(create).toThrow(NoCgroupError);
  expect(create).toThrow(/No memory cgroup can be made here \(.+\)\. It takes Linux/);
});
