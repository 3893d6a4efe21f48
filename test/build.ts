import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DONE = 'SOROT_TESTS_BUILT';

/**
 * Tests drive the real child processes and the real command line, which run from `dist`. What these compile is kept for
 * the other files of the same run.
 */
export default function setup(): (() => void) | undefined {
  // Once for all projects of a run.
  if (process.env[DONE] !== undefined) return undefined;
  process.env[DONE] = 'yes';
  process.stdout.write('\nBuilding what the tests run ...\n');
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  const cache = mkdtempSync(join(tmpdir(), 'sorot-test-cache-'));
  process.env['SOROT_CACHE_DIR'] = cache;
  return () => {
    rmSync(cache, { recursive: true, force: true });
  };
}
