import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from './archive.js';
import { cacheFolder, writable } from './cache-folder.js';

/** What is kept of unpacked archives: those used last, and no more than fits a small disk. */
const MOST_KEPT = 4;
const MOST_KEPT_BYTES = 2 ** 30;

/** No archive takes so long to unpack: what is older was left by a process that was killed. */
const ABANDONED_MS = 60 * 60_000;

async function sizeOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const entry = await stat(join(folder, name));
    if (entry.isFile()) bytes += entry.size;
  }
  return bytes;
}

/** Removes drafts that were abandoned, then what was used longest ago until the rest is within the bounds. */
async function prune(home: string, inUse: string): Promise<void> {
  const folders = await Promise.all(
    (await readdir(home)).map(async (name) => ({ name, used: (await stat(join(home, name))).mtimeMs })),
  );
  const drop = (name: string): Promise<void> => rm(join(home, name), { recursive: true, force: true });
  for (const { name, used } of folders) {
    if (name.startsWith('.') && used < Date.now() - ABANDONED_MS) await drop(name);
  }
  const kept = folders.filter(({ name }) => !name.startsWith('.')).sort((a, b) => b.used - a.used);
  let [count, bytes] = [0, 0];
  for (const { name } of kept) {
    bytes += await sizeOf(join(home, name));
    if ((++count > MOST_KEPT || bytes > MOST_KEPT_BYTES) && name !== inUse) await drop(name);
  }
}

/** Where archives are unpacked, where this user's cache folder can be written. */
export function unpackedHome(): string {
  return join(cacheFolder(process.env), 'unpacked');
}

/**
 * The folder that an archive is unpacked in: kept from before, or unpacked now. It appears whole or not at all.
 *
 * @param checksum names the folder: an archive that changes is another one.
 * @throws VisionError `invalid-model` for an archive that is damaged.
 */
export async function unpackedFolder(archive: Archive, checksum: string): Promise<string> {
  const home = join(await writable(cacheFolder(process.env)), 'unpacked');
  const folder = join(home, checksum);
  const now = new Date();
  if (await archive.isUnpackedIn(folder)) {
    await utimes(folder, now, now);
    return folder;
  }
  await rm(folder, { recursive: true, force: true });
  const draft = join(home, `.${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await archive.unpack(draft);
    await rename(draft, folder).catch(async (error: unknown) => {
      // Another process has unpacked the same archive meanwhile.
      if (!(await archive.isUnpackedIn(folder))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  // What another process removes at the same time is no reason to fail.
  await prune(home, checksum).catch(() => undefined);
  return folder;
}
