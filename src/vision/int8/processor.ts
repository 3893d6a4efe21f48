import { readFile } from 'node:fs/promises';

/** What Linux calls the instructions that multiply bytes and add the products up to 32 bits in one step. */
const VNNI = /\bavx(?:512)?_vnni\b/;

/** Whether a processor has them, by what Linux says of it. */
export function mentionsVnni(cpuinfo: string): boolean {
  return VNNI.test(cpuinfo);
}

/** Whether this machine's processor has them; false where nothing tells. */
export async function hasVnni(): Promise<boolean> {
  return mentionsVnni(await readFile('/proc/cpuinfo', 'utf8').catch(() => ''));
}
