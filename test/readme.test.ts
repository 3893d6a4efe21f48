import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { REASONS } from '../src/analysis/reasons.js';
import { VARIABLES } from '../src/config.js';
import type { Variable } from '../src/config/variable.js';

const root = new URL('../', import.meta.url);
const variables = Object.entries<Variable>(VARIABLES);

interface Page {
  readonly url: URL;
  /** Without its code blocks, where brackets and hashes mean something else. */
  readonly prose: string;
  /** Code blocks as they are pasted, without comments: their language and what is in them. */
  readonly blocks: readonly (readonly [language: string, code: string])[];
  /** Of those, shell commands. */
  readonly commands: readonly string[];
  /** Where links and pictures lead, as written. */
  readonly targets: readonly string[];
}

function readPage(url: URL): Page {
  const text = readFileSync(url, 'utf8');
  const prose = text.replaceAll(/^```.*?^```$/gms, '');
  const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
    ([, language = '', code = '']) => [language, code.replaceAll(/(?:^|\s+)#.*$/gm, '')] as const,
  );
  return {
    url,
    prose,
    blocks,
    commands: blocks.filter(([language]) => language === 'sh').map(([, code]) => code),
    targets: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
  };
}

/** Rows of the tables whose first cell is one word of code, by column. */
function rows({ prose }: Page): readonly (readonly string[])[] {
  return [...prose.matchAll(/^\| `[\w-]+` +\|.*\|$/gm)].map(([row]) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** As GitHub makes them of headings. */
function anchors({ prose }: Page): readonly string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = '']) =>
      `#${heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-')}`,
  );
}

const numbers = (text: string) => (text.match(/\d+/g) ?? []).sort();

const page = (path: string): Page => readPage(new URL(path, root));

const english = page('README.md');
const indonesian = page('docs/id/README.md');
const guide = page('docs/your-own-model.md');
const panduan = page('docs/id/your-own-model.md');

describe.each([
  ['README.md', english],
  ['docs/id/README.md', indonesian],
  ['docs/your-own-model.md', guide],
  ['docs/id/your-own-model.md', panduan],
])('%s', (_, { url, targets }) => {
  const inside = targets.filter((target) => target.startsWith('#'));
  const files = targets.filter((target) => !/^(?:#|[a-z]+:)/.test(target));

  test.each(files)('points to %s, which is in the repository', (target) => {
    const place = new URL(target, url);
    const path = fileURLToPath(place);
    expect(path.startsWith(fileURLToPath(root))).toBe(true);
    expect(existsSync(path)).toBe(true);
    if (place.hash !== '') expect(anchors(readPage(place))).toContain(decodeURIComponent(place.hash));
  });

  test('leads to its own sections by their names', () => {
    expect(inside.length).toBeGreaterThan(0);
    expect(anchors(readPage(url))).toEqual(expect.arrayContaining(inside));
  });
});

describe.each([
  ['README.md', english],
  ['docs/id/README.md', indonesian],
])('%s', (_, readme) => {
  test.each(REASONS)('tells what helps against %s', (reason) => {
    const described = rows(readme).filter(([name]) => name === `\`${reason}\``);
    expect(described).toEqual([[`\`${reason}\``, expect.stringMatching(/./), expect.stringMatching(/./)]]);
  });
});

describe('The Indonesian README', () => {
  test('and the English one link to each other', () => {
    expect(english.targets).toContain('docs/id/README.md');
    expect(indonesian.targets).toContain('../../README.md');
  });

  test('has the same commands', () => {
    expect(english.commands.length).toBeGreaterThan(0);
    expect(indonesian.commands).toEqual(english.commands);
  });

  const settings = rows(indonesian).filter(([name = '']) => /^`[A-Z_]+`$/.test(name));

  test('has every setting once, in the order of the table, and no other', () => {
    expect(settings.map(([name]) => name)).toEqual(variables.map(([name]) => `\`${name}\``));
  });

  test.each(variables)('tells of %s, with its default and its numbers', (name, variable) => {
    const [, fallback, values = '', meaning = ''] = settings.find(([cell]) => cell === `\`${name}\``) ?? [];
    if (variable.default === undefined) expect(fallback).toMatch(/^[^`]+$/);
    else expect(fallback).toBe(`\`${variable.default}\``);
    expect(numbers(values)).toEqual(numbers(variable.expected));
    expect(numbers(meaning)).toEqual(numbers(variable.doc));
  });
});

describe('The page about your own model, in both languages', () => {
  const shape = ({ prose }: Page) =>
    [...prose.matchAll(/^(?:#+(?= )|\d+\.(?= )|\|(?=.*\|$))/gm)].map(([start]) => start);
  const outside = ({ targets }: Page) => targets.filter((target) => target.startsWith('https:'));

  test('is told of in the READMEs, before their first section', () => {
    expect(english.prose.split('\n## ')[0]).toContain('(docs/your-own-model.md)');
    expect(indonesian.prose.split('\n## ')[0]).toContain('(your-own-model.md)');
  });

  test('links to itself in the other language', () => {
    expect(guide.targets).toContain('id/your-own-model.md');
    expect(panduan.targets).toContain('../your-own-model.md');
  });

  test('has the same code to paste', () => {
    expect(guide.commands.length).toBeGreaterThan(0);
    expect(panduan.blocks).toEqual(guide.blocks);
  });

  test('has the same headings, steps and rows of tables', () => {
    expect(shape(guide).length).toBeGreaterThan(0);
    expect(shape(panduan)).toEqual(shape(guide));
  });

  test('has the same links to elsewhere', () => {
    expect(outside(panduan)).toEqual(outside(guide));
  });
});
