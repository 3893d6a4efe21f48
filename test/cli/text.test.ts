import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { photograph } from '../support/pictures.js';
import { COMMAND, ROOT, copyModel, newFile, newFolder, sorot, sorotOnce } from '../support/sorot.js';
import { linesOf } from './report.js';

const LABELS = ['aeroplane', 'boat', 'cat', 'dog', 'eagle', 'fox'];

let photo: string;
let model: string;

beforeAll(async () => {
  photo = await newFile('holiday.jpg', await photograph(1, 300, 200));
  model = await copyModel('nested-backbone', 'six', { labels: LABELS, range: [0, 255], threshold: 0.2 });
});

describe('sorot explain, read by a person', () => {
  it('shows the photo, five bars by likelihood, the heatmap and how long it took', async () => {
    const { code, stdout, stderr, cwd } = await sorotOnce(['explain', photo, '--model', model]);
    expect([code, stderr]).toEqual([0, '']);
    const [title = '', ...rest] = linesOf(stdout);
    expect(title).toContain(photo);
    expect(title).toMatch(/300 . 200/);
    const bars = rest.filter((line) => line.endsWith('%'));
    expect(bars).toHaveLength(5);
    const shares = bars.map((line) => Number(/([\d.]+)%$/.exec(line)?.[1]));
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(new Set(bars.map((line) => line.length)).size).toBe(1);
    for (const line of bars) expect(LABELS).toContain(line.trim().split(' ')[0]);
    expect(stdout).toContain('holiday-heatmap.jpg');
    expect((await stat(join(cwd, 'holiday-heatmap.jpg'))).isFile()).toBe(true);
    for (const stage of ['load', 'decode', 'predict', 'explain', 'render']) {
      expect(stdout).toMatch(new RegExp(`${stage} [\\d.]+ ms`));
    }
  });

  it('draws longer bars for likelier classes', async () => {
    const { stdout } = await sorotOnce(['explain', photo, '--model', model]);
    const lengths = linesOf(stdout)
      .filter((line) => line.endsWith('%'))
      .map((line) => line.replaceAll(/[^█]/g, '').length);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
    expect(lengths[0]).toBeGreaterThan(0);
  });

  it('names the class of the heatmap', async () => {
    const { stdout } = await sorot(['explain', photo, '--model', model, '--class', 'fox']);
    expect(linesOf(stdout).filter((line) => line.includes('eatmap of fox'))).toHaveLength(1);
  });

  it('says that it is not sure below the threshold of the model', async () => {
    const unsure = await copyModel('nested-backbone', 'unsure', { range: [0, 255], threshold: 1 });
    expect((await sorot(['explain', photo, '--model', unsure])).stdout).toMatch(/not sure/i);
    expect((await sorotOnce(['explain', photo, '--model', model])).stdout).not.toMatch(/not sure/i);
  });

  it('says why there is no heatmap, and succeeds', async () => {
    const pooling = await copyModel('pooling-dense', 'five');
    const { code, stdout } = await sorot(['explain', photo, '--model', pooling, '--class', '#4']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Heatmap unavailable: .*speaks for that class/);
  });

  it.each([{}, { NO_COLOR: '1' }])('colours nothing in a pipe (%o)', async (env) => {
    const { stdout, stderr } = await sorot(['explain', photo, '--model', model], { env });
    expect(stdout).not.toContain('\u001b');
    expect(stderr).not.toContain('\u001b');
  });

  it('never calls certain or impossible what is not quite', async () => {
    const sharpened = await copyModel('nested-backbone', 'sharpened', { range: [0, 255], temperature: 0.1 });
    const { stdout } = await sorot(['explain', photo, '--model', sharpened]);
    const shares = linesOf(stdout)
      .filter((line) => line.endsWith('%'))
      .map((line) => line.slice(line.lastIndexOf(' ') + 1));
    expect(shares).toEqual(['>99.9%', ...Array<string>(4).fill('<0.1%')]);
  });

  it('ends without a word more where nobody reads on', async () => {
    const photos = Array.from({ length: 200 }, () => photo);
    const cwd = await newFolder();
    const child = spawn(process.execPath, [COMMAND, 'explain', ...photos, '--model', model], { cwd });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(complaints).toBe('');
    expect((await readdir(cwd)).length).toBeLessThan(photos.length);
  });

  it('reports each of several photos, and how long loading took once', async () => {
    const other = await newFile('other.jpg', await photograph(2));
    const { stdout } = await sorot(['explain', photo, other, '--model', model]);
    expect(linesOf(stdout).filter((line) => line.endsWith('%'))).toHaveLength(10);
    expect(stdout.indexOf(photo)).toBeLessThan(stdout.indexOf(other));
    expect(stdout.match(/load [\d.]+ ms/g)).toHaveLength(1);
  });
});

describe('sorot --help', () => {
  it('lists the commands and succeeds', async () => {
    const { code, stdout, stderr } = await sorot(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: sorot/);
    expect(stdout).toContain('explain');
  });

  it('explains every option of explain within 80 columns, with examples and exit codes', async () => {
    const { code, stdout } = await sorot(['explain', '--help']);
    expect(code).toBe(0);
    for (const option of ['--model', '--class', '--out', '--layer', '--method', '--range', '--json', '--help']) {
      expect(stdout).toContain(option);
    }
    expect(stdout).toMatch(/Examples?:\n\s+sorot explain/);
    expect(stdout).toMatch(/Exit codes?/);
    for (const line of linesOf(stdout)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([['--help'], ['evaluate', '--help'], ['model', '--help'], ['help', 'evaluate']])(
    'fits 80 columns: %s %s',
    async (...args) => {
      const { code, stdout } = await sorot(args);
      expect(code).toBe(0);
      expect(linesOf(stdout).filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it.each([
    [['explain'], 'sorot explain'],
    [['model', 'add'], 'sorot model add'],
    [['nonsense'], 'sorot'],
  ])('is named for the command that was meant: %j', async (args, command) => {
    const { code, stdout, stderr } = await sorot(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(/^sorot: /), `Run ${command} --help for usage.`]);
  });

  it('is shown to who says nothing, as a mistake', async () => {
    const { code, stdout, stderr } = await sorot([]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Usage: sorot/);
  });
});

describe('sorot --version', () => {
  it('is the version of the package', async () => {
    const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await sorot(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });
});
