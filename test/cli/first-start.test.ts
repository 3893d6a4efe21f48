import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { newFolder, ROOT } from '../support/folders.js';

/** A folder whose program is built by the given commands, in place of the compiler's half minute. */
async function project(program: string, models = 'node -e ""'): Promise<string> {
  const folder = await newFolder();
  const scripts = { 'build:program': program, 'build:models': models };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts }));
  return folder;
}

async function build(folder: string): Promise<void> {
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist', 'main.js'), '');
}

function prepare(folder: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'tools', 'prepare-start.js')], {
    cwd: folder,
    env: { ...process.env, LC_ALL: 'C', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function outputOf(child: ChildProcess): Promise<{ readonly output: string; readonly code: unknown }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as unknown[];
  return { output, code };
}

const BUILDS = `node -e "fs.mkdirSync('dist'); fs.writeFileSync('dist/main.js', '')"`;

describe('what npm start does before the program runs', () => {
  test.each([
    ['C', ['This is the first start', 'Building the program', 'Compiling the models', 'Starting']],
    ['id_ID.UTF-8', ['Ini pertama kali', 'Mem-build program', 'Mengompilasi model', 'Menjalankan Sorot']],
  ])(
    'is told line by line where nothing is built yet, in the language of the terminal (%s)',
    async (locale, starts) => {
      const { output, code } = await outputOf(prepare(await project(BUILDS), { LC_ALL: locale }));
      expect(code).toBe(0);
      const lines = output.trim().split('\n');
      expect(lines.map((line, at) => line.trim().slice(0, starts[at]?.length))).toEqual(starts);
    },
  );

  test.each([
    ['where nothing is built yet', false],
    ['where it takes long in spite of what is built', true],
  ])('is told while it lasts, %s', async (_, built) => {
    // Builds until its input ends, which is when the line has been seen.
    const folder = await project(`node -e "process.stdin.resume()"`);
    if (built) await build(folder);
    const child = prepare(folder);
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('Building')) child.stdin?.end();
    });
    expect(await outputOf(child)).toMatchObject({ code: 0 });
  });

  test('is not told where all is built already', async () => {
    const folder = await project('node -e ""');
    await build(folder);
    expect(await outputOf(prepare(folder))).toEqual({ output: '', code: 0 });
  });

  test('ends with the exit code of what failed, and goes no further', async () => {
    const { output, code } = await outputOf(prepare(await project('node -e "process.exit(3)"')));
    expect(code).toBe(3);
    expect(output).not.toMatch(/Compiling|Starting/);
  });
});
