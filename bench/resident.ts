import { readFile } from 'node:fs/promises';

export interface Resident {
  readonly resident: number;
  readonly peak: number;
  readonly proportional: number;
}

/** Figures of a process in MB: resident set, its highest, and its share of what it shares with others. Linux only. */
export async function residentOf(pid: number): Promise<Resident> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  const field = (text: string, name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? NaN) / 1024;
  return { resident: field(status, 'VmRSS'), peak: field(status, 'VmHWM'), proportional: field(rollup, 'Pss') };
}

/** The same of a process and its children together. */
export async function residentTree(pid: number): Promise<Resident> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = [pid, ...children.split(' ').filter(Boolean).map(Number)];
  const each = await Promise.all(pids.map(residentOf));
  const sum = (field: keyof Resident): number => each.reduce((total, one) => total + one[field], 0);
  return { resident: sum('resident'), peak: sum('peak'), proportional: sum('proportional') };
}
