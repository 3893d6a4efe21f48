import { mkdir, readdir, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draftName, noteUse, tidyCache } from '../../../src/vision/model/compiled-cache.js';
import { temporaryFolder } from '../../support/models.js';

const HOURS = 60 * 60 * 1000;
const MEGABYTE = 2 ** 20;

/** The name of compiled model number `n`. */
const nameOf = (n: number): string => n.toString(16).padStart(32, '0');

/** A folder in a cache, used last so many hours ago, with one file. */
async function put(cache: string, name: string, hoursAgo: number, content: string | Uint8Array = ''): Promise<void> {
  const folder = join(cache, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'weights.bin'), content);
  const then = new Date(Date.now() - hoursAgo * HOURS);
  await utimes(folder, then, then);
}

const left = async (cache: string): Promise<string[]> => (await readdir(cache)).sort();

describe('the cache of compiled models', () => {
  it('keeps the sixteen that were used last', async () => {
    const cache = await temporaryFolder();
    // The higher the number, the longer ago.
    for (let n = 1; n <= 19; n++) await put(cache, nameOf(n), 2 + n);
    await noteUse(join(cache, nameOf(19)));
    await tidyCache(cache, nameOf(1));
    expect(await left(cache)).toEqual([...Array.from({ length: 15 }, (_, n) => nameOf(n + 1)), nameOf(19)]);
  });

  it('keeps what may be in use, however many there are', async () => {
    const cache = await temporaryFolder();
    for (let n = 1; n <= 20; n++) await put(cache, nameOf(n), 0.5);
    await tidyCache(cache, nameOf(1));
    expect(await left(cache)).toHaveLength(20);
  });

  it('keeps no more than a gigabyte, and in any case what was just compiled', async () => {
    const cache = await temporaryFolder();
    for (let n = 1; n <= 3; n++) {
      await put(cache, nameOf(n), 2 + n);
      await truncate(join(cache, nameOf(n), 'weights.bin'), 600 * MEGABYTE);
    }
    await tidyCache(cache, nameOf(3));
    expect(await left(cache)).toEqual([nameOf(3)]);
  });

  it('loses drafts that nobody will finish, and no others', async () => {
    const cache = await temporaryFolder();
    const [old, fresh] = [draftName(), draftName()];
    await put(cache, old, 2, 'half');
    await put(cache, fresh, 0, 'half');
    await tidyCache(cache, nameOf(1));
    expect(await left(cache)).toEqual([fresh]);
  });

  it('touches nothing else, for the folder may be anyone’s', async () => {
    const cache = await temporaryFolder();
    const others = ['.draft-mine', '.git', 'photos', nameOf(1).slice(1), `${nameOf(1)}.zip`];
    for (const name of others) await put(cache, name, 48);
    for (let n = 1; n <= 17; n++) await put(cache, nameOf(n), 2 + n);
    await tidyCache(cache, nameOf(1));
    expect(await left(cache)).toEqual(expect.arrayContaining(others));
    expect(await left(cache)).not.toContain(nameOf(17));
  });

  it('that cannot be cleaned is no error', async () => {
    await expect(tidyCache(join(await temporaryFolder(), 'missing'), nameOf(1))).resolves.toBeUndefined();
  });
});
