import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** What the tests read of other processes, Linux tells in `/proc`; elsewhere those tests do not run. */
export const HAS_PROC = existsSync('/proc/self/status');

/** Milliseconds after which a process that should be gone is called alive. */
const GONE_WITHIN = 60_000;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Whether a process still runs; one that ended runs on for its parent until that has taken notice of it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = read(`/proc/${pid}/status`);
  return !/^State:\s+Z/m.test(status) || parentIn(status) === process.pid;
}

function parentIn(status: string): number | undefined {
  const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** Waits until a process is gone; no event tells of a process that is not one's own child. */
export async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + GONE_WITHIN;
  while (isAlive(pid)) {
    if (Date.now() > deadline) throw new Error(`Process ${pid} is still alive.`);
    await pause(10);
  }
}

/** Process ids of the living children of a process; all of them were started by its first thread. */
export function childrenOf(parent: number): number[] {
  const pids = read(`/proc/${parent}/task/${parent}/children`).match(/\d+/g) ?? [];
  return pids.map(Number).filter(isAlive);
}

/** The vision processes that this process has started. */
export function visionProcesses(parent = process.pid): number[] {
  return childrenOf(parent).filter((pid) => read(`/proc/${pid}/cmdline`).includes('vision/worker.js'));
}

/** The environment a process was started with, as `NAME=value` lines. */
export function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0');
}

function statusBytes(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(read(`/proc/${pid}/status`))?.[1];
  return kilobytes === undefined ? 0 : Number(kilobytes) * 1024;
}

/** The most memory a process had resident, in bytes; 0 where it is gone. */
export function peakBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM');
}

/** The memory that a process has resident, in bytes; 0 where it is gone. */
export function residentBytes(pid: number): number {
  return statusBytes(pid, 'VmRSS');
}

/** The memory that a process and its children have resident; pages they share count once for each. */
export function treeBytes(parent: number): number {
  return [parent, ...childrenOf(parent)].reduce((sum, pid) => sum + residentBytes(pid), 0);
}

/**
 * The most memory a process and its children had at a time. Each look adds up what every living process had at most
 * since the look before, which is rather too much than too little; only what a child took between the last look and
 * its end is missed. Looking resets what `peakBytes` says of these processes.
 */
export class TreePeak {
  readonly #parent: number;
  #bytes = 0;

  constructor(parent: number) {
    this.#parent = parent;
    this.#sinceLastLook();
  }

  get bytes(): number {
    this.look();
    return this.#bytes;
  }

  look(): void {
    this.#bytes = Math.max(this.#bytes, this.#sinceLastLook());
  }

  #sinceLastLook(): number {
    let sum = 0;
    for (const pid of [this.#parent, ...childrenOf(this.#parent)]) {
      sum += peakBytes(pid);
      resetPeak(pid);
    }
    return sum;
  }
}

/** See proc(5), `clear_refs`. Where that is not allowed, the peak stays that of the whole life. */
function resetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    return;
  }
}
