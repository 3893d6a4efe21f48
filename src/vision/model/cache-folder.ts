import { mkdir } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** This user's cache folder: `SOROT_CACHE_DIR`, else the platform's. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return environment['SOROT_CACHE_DIR'] ?? join(base, 'sorot');
}

/** The folder, made where it is not there, or one that lasts as long as the container. */
export async function writable(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    return folder;
  } catch {
    // A read-only home is common in containers; what is kept then lasts as long as the container.
    const fallback = join(tmpdir(), 'sorot');
    await mkdir(fallback, { recursive: true });
    return fallback;
  }
}
