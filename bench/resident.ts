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

async function treeOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}

/** The same of a process and its children together. */
export async function residentTree(pid: number): Promise<Resident> {
  const each = await Promise.all((await treeOf(pid)).map(residentOf));
  const sum = (field: keyof Resident): number => each.reduce((total, one) => total + one[field], 0);
  return { resident: sum('resident'), peak: sum('peak'), proportional: sum('proportional') };
}

/** Ticks of the clock that processor time is counted in, a second (Linux). */
const TICKS = 100;

/** Milliseconds of processor time that processes have used so far, together. Linux only. */
export async function processorTimeOf(pids: readonly number[]): Promise<number> {
  const each = pids.map(async (pid) => {
    // After the name, which may hold anything: user and system time are the 12th and 13th field.
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
  });
  return (await Promise.all(each)).reduce((sum, time) => sum + time, 0);
}

/** The same of a process and its children. */
export async function processorTimeOfTree(pid: number): Promise<number> {
  return processorTimeOf(await treeOf(pid));
}
