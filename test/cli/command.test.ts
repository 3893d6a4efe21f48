import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { ROOT, newFolder } from '../support/sorot.js';
import type { Finished } from '../support/sorot.js';

/** Runs the file that npx links, as the file that it is. */
async function run(folder: string, args: readonly string[]): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(join(folder, manifest.bin.sorot), args, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}

describe('the command that npx links', () => {
  it('is the built program', async () => {
    expect(await run(ROOT, ['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('is there before the first build, and says what to do', async () => {
    const clone = await newFolder();
    for (const name of ['bin', 'package.json']) await cp(join(ROOT, name), join(clone, name), { recursive: true });
    const { code, stdout, stderr } = await run(clone, ['--version']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sorot: [^\n]*npm run build[^\n]*\n$/);
  });
});
