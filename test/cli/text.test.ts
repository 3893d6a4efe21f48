import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { photograph } from '../support/pictures.js';
import { ROOT, copyModel, newFile, sorot, sorotOnce } from '../support/sorot.js';
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
    const bars = rest.filter((line) => line.endsWith(' %'));
    expect(bars).toHaveLength(5);
    const shares = bars.map((line) => Number(/([\d.]+) %$/.exec(line)?.[1]));
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
      .filter((line) => line.endsWith(' %'))
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

  it('reports each of several photos', async () => {
    const other = await newFile('other.jpg', await photograph(2));
    const { stdout } = await sorot(['explain', photo, other, '--model', model]);
    expect(linesOf(stdout).filter((line) => line.endsWith(' %'))).toHaveLength(10);
    expect(stdout.indexOf(photo)).toBeLessThan(stdout.indexOf(other));
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
