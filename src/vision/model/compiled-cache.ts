import { randomUUID } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** What this user's cache of compiled models may grow to: more than the models anyone switches between. */
const MAX_MODELS = 16;
const MAX_BYTES = 2 ** 30;

/** What was used, or begun, within this long may be in use by another process. */
const IN_USE_MS = 60 * 60 * 1000;

/** How often a process says that it still uses what it compiled: it reads it again after a crash. */
export const STILL_IN_USE_MS = IN_USE_MS / 3;

/** The folder may be anyone's: nothing else in it is ever touched. */
const COMPILED = /^[0-9a-f]{32}$/;
const DRAFT = /^\.draft-[0-9a-f-]{36}$/;

/** A name for what is not finished yet. */
export function draftName(): string {
  return `.draft-${randomUUID()}`;
}

/** Notes that a compiled model is in use now. One that cannot be noted, on a read-only disk, is no error. */
export async function noteUse(folder: string): Promise<void> {
  const now = new Date();
  await utimes(folder, now, now).catch(() => undefined);
}

interface Entry {
  readonly folder: string;
  /** Milliseconds since 1970: when it was used last, or begun. */
  readonly used: number;
  readonly bytes: number;
}

async function entry(folder: string): Promise<Entry> {
  const { mtimeMs } = await stat(folder);
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
  return { folder, used: mtimeMs, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** The entries with these names; what another process has just removed is left out. */
async function entries(cache: string, names: readonly string[]): Promise<Entry[]> {
  const found = await Promise.all(names.map((name) => entry(join(cache, name)).catch(() => null)));
  return found.filter((each) => each !== null);
}

/**
 * Removes the compiled models that were used longest ago until the cache is within its bounds, and drafts that nobody
 * will finish. What may be in use stays, so that the bounds may be exceeded for an hour. A folder that cannot be
 * cleaned is no error.
 *
 * @param keep the compiled model that stays in any case.
 */
export async function tidyCache(cache: string, keep: string): Promise<void> {
  const names = await readdir(cache).catch(() => []);
  const longAgo = Date.now() - IN_USE_MS;
  const drafts = await entries(
    cache,
    names.filter((name) => DRAFT.test(name)),
  );
  const models = await entries(
    cache,
    names.filter((name) => COMPILED.test(name)),
  );
  let left = models.length;
  let bytes = models.reduce((sum, each) => sum + each.bytes, 0);
  const tooMany = models
    .filter(({ folder, used }) => folder !== join(cache, keep) && used < longAgo)
    .sort((a, b) => a.used - b.used)
    .filter((each) => {
      if (left <= MAX_MODELS && bytes <= MAX_BYTES) return false;
      left -= 1;
      bytes -= each.bytes;
      return true;
    });
  for (const { folder } of [...drafts.filter(({ used }) => used < longAgo), ...tooMany]) {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
