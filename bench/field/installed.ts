import { existsSync } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Bytes of what lies in a folder or is a file; links count nothing. */
async function bytesOf(path: string): Promise<number> {
  const found = await lstat(path);
  if (!found.isDirectory()) return found.isFile() ? found.size : 0;
  const each = await Promise.all((await readdir(path)).map((name) => bytesOf(join(path, name))));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

/** Megabytes of folders or files together. */
export async function megabytesOf(paths: readonly string[]): Promise<number> {
  const each = await Promise.all(paths.map(bytesOf));
  return each.reduce((sum, bytes) => sum + bytes, 0) / 2 ** 20;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The folders of packages and of all that they need, as they are installed here. */
export async function foldersOf(packages: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  const visit = async (name: string, from: string): Promise<void> => {
    const near = join(from, 'node_modules', name);
    const folder = existsSync(near) ? near : join(ROOT, 'node_modules', name);
    if (found.has(folder) || !existsSync(folder)) return;
    found.add(folder);
    const { dependencies, optionalDependencies } = await manifestIn(folder);
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) await visit(each, folder);
  };
  for (const name of packages) await visit(name, ROOT);
  // What lies inside of another is counted with it.
  return [...found].filter((folder) => ![...found].some((other) => folder.startsWith(join(other, 'node_modules'))));
}

async function manifestIn(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** This project as it is installed for production, built. */
export async function ownFolders(): Promise<string[]> {
  const { dependencies = {} } = await manifestIn(ROOT);
  return [join(ROOT, 'dist'), ...(await foldersOf(Object.keys(dependencies)))];
}
