import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { claiming, tarOf } from '../support/archives.js';
import { photograph, TEXT } from '../support/pictures.js';
import { COMMAND, copyModel, newFile, ROOT, sorot } from '../support/sorot.js';
import { classifier, folderOf, measured } from './evaluation.js';
import { linesOf } from './report.js';

let model: string;

beforeAll(async () => {
  model = await copyModel('nested-backbone', 'six', classifier(0.3));
});

const photosTar = async () => tarOf({ '0001_first.jpg': await photograph(1), '0002_second.jpg': await photograph(2) });

describe('sorot evaluate on what is no data', () => {
  it('measures the photos there are, and names what is left out', async () => {
    const folder = await folderOf({
      'kucing/1.jpg': await photograph(1),
      'kucing/2.jpg': TEXT,
      'zebra/1.jpg': await photograph(2),
      '.hidden/3.jpg': TEXT,
    });
    const { code, stdout, stderr } = await sorot([
      ...['evaluate', model, '--data', folder, '--json', '--heatmaps', '1'],
    ]);
    expect(code).toBe(1);
    expect(measured(stdout).data).toMatchObject({ photos: 1, refused: 2 });
    expect(linesOf(stderr).sort()).toEqual([
      expect.stringMatching(/^sorot: kucing\/2\.jpg: .*text file/),
      expect.stringMatching(/^sorot: zebra\/1\.jpg: .*class/),
    ]);
  });

  it('reads names in an archive as names only, and passes over what is too large', async () => {
    const archive = await newFile(
      'photos.tar',
      await tarOf({
        '../../0001_escape.jpg': await photograph(1),
        '/0002_root.jpg': await photograph(2),
        '0003_large.jpg': Buffer.alloc(21e6),
        '0004_\u001b[2J.txt': TEXT,
        '0005_last.jpg': await photograph(3),
      }),
    );
    const { code, stdout, stderr } = await sorot([
      ...['evaluate', model, '--data', archive, '--json', '--heatmaps', '0'],
    ]);
    expect(code).toBe(1);
    expect(measured(stdout).data).toMatchObject({ photos: 3, refused: 2 });
    expect(stderr).toContain('21 MB');
    expect(stderr).not.toContain('\u001b');
    expect(await readdir(dirname(archive))).toEqual(['photos.tar']);
  });

  const archives = {
    'that ends early': async () => (await photosTar()).subarray(0, 3000),
    'that claims 10 GB': async () => claiming(await photosTar(), 10_000_000_000n),
    'that is a text': () => Promise.resolve(Buffer.concat(Array<Buffer>(50).fill(TEXT))),
    'without files': () => tarOf({}),
  };

  it.each(Object.entries(archives))('refuses an archive %s in one sentence', async (_, make) => {
    const archive = await newFile('photos.tar', await make());
    const { code, stdout, stderr } = await sorot(['evaluate', model, '--data', archive]);
    expect([code, stdout]).toEqual([2, '']);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr).toMatch(/^sorot: .*photos\.tar/);
  });

  it.each([
    ['no --data', []],
    ['a folder that does not exist', ['--data', '/nowhere']],
    ['a folder without photos', ['--data', join(ROOT, 'docs')]],
    ['a file that is no archive', ['--data', join(ROOT, 'package.json')]],
    ['a count that is no number', ['--data', '.', '--heatmaps', 'many']],
  ])('refuses %s', async (_, args) => {
    const { code, stdout, stderr } = await sorot(['evaluate', model, ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr).not.toBe('');
  });

  it('ends at once on Ctrl+C', async () => {
    const photo = await photograph(1);
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`cat/${at}.jpg`, photo]));
    const child = spawn(process.execPath, [COMMAND, 'evaluate', model, '--data', await folderOf(many)]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const asked = performance.now();
    const ended = new Promise((resolve) =>
      child.once('exit', (_, signal) => {
        resolve(signal);
      }),
    );
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    expect(performance.now() - asked).toBeLessThan(1000);
  });
});
