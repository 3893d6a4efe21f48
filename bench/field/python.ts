import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where Python's packages are installed, once: outside of the project, several gigabytes of them. */
export const CACHE = process.env['SOROT_FIELD_DIR'] ?? join(homedir(), '.cache', 'sorot-field');

export const PEERS = fileURLToPath(new URL('../../field/peers', import.meta.url));

/** What a virtual environment is done with. */
const DONE = 'installed';

/** PyTorch's own from PyPI brings CUDA's libraries along, 2 GB to fetch. */
const INSTALL_MS = 30 * 60_000;

/**
 * A virtual environment with the packages of `requirements-<name>.txt`, made where it is missing.
 *
 * @returns its Python, or null where it cannot be had, after saying why
 */
export async function pythonWith(name: 'torch' | 'keras', say: (line: string) => void): Promise<string | null> {
  const folder = join(CACHE, name);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, DONE))) return python;
  say(`Installing the packages of ${name} in ${folder}; that takes minutes.`);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(CACHE, { recursive: true });
    await run('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '-r', join(PEERS, `requirements-${name}.txt`)];
    await run(python, pip, { timeout: INSTALL_MS });
    await writeFile(join(folder, DONE), '');
    return python;
  } catch (error) {
    say(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
