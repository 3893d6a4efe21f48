import { existsSync, readdirSync, readFileSync } from 'node:fs';
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

/** Pages that people read who use or run the bot: in English, and the same in Indonesian. */
const PAGES = [
  ['README.md', 'docs/id/README.md'],
  ...[
    'classifier-json.md',
    'command-line.md',
    'deploy.md',
    'how-it-works.md',
    'measured.md',
    'scale.md',
    'security.md',
    'settings.md',
    'troubleshooting.md',
    'your-own-model.md',
  ].map((name) => [`docs/${name}`, `docs/id/${name}`] as const),
] as const;

const filesIn = (folder: string) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}${name}`);

/** For those who change the code, in English. */
const DEVELOPERS_PAGES = ['CONTRIBUTING.md', 'CHANGELOG.md', ...filesIn('docs/decisions/')];

test('every page of the documentation is in both languages', () => {
  const pages = PAGES.flat().filter((path) => path.startsWith('docs/'));
  expect([...filesIn('docs/'), ...filesIn('docs/id/')].sort()).toEqual(pages.sort());
});

describe.each([...PAGES.flat(), ...DEVELOPERS_PAGES])('%s', (path) => {
  const { url, targets } = page(path);
  const inside = targets.filter((target) => target.startsWith('#'));
  const files = targets.filter((target) => !/^(?:#|[a-z]+:)/.test(target));

  test.runIf(files.length > 0).each(files)('points to %s, which is in the repository', (target) => {
    const place = new URL(target, url);
    const file = fileURLToPath(place);
    expect(file.startsWith(fileURLToPath(root))).toBe(true);
    expect(existsSync(file)).toBe(true);
    if (place.hash !== '') expect(anchors(readPage(place))).toContain(decodeURIComponent(place.hash));
  });

  test('leads to its own sections by their names', () => {
    if (/(?:README|your-own-model)\.md$/.test(path) && PAGES.flat().some((each) => each === path))
      expect(inside.length).toBeGreaterThan(0);
    expect(anchors(readPage(url))).toEqual(expect.arrayContaining(inside));
  });
});

/** Headings, steps and rows of tables, in their order. */
const shape = ({ prose }: Page) =>
  [...prose.matchAll(/^(?:#+(?= )|\d+\.(?= )|- |\|(?=.*\|$))/gm)].map(([start]) => start);
const outside = ({ targets }: Page) => targets.filter((target) => target.startsWith('https:'));

describe.each(PAGES)('%s and %s', (first, second) => {
  const [english, indonesian] = [page(first), page(second)];

  test('link to each other', () => {
    const between = (from: Page, to: Page) =>
      from.targets.map((target) => new URL(target, from.url).href).includes(to.url.href);
    expect([between(english, indonesian), between(indonesian, english)]).toEqual([true, true]);
  });

  test('have the same code to paste', () => {
    expect(indonesian.blocks).toEqual(english.blocks);
  });

  test('have the same headings, steps and rows of tables', () => {
    expect(shape(english).length).toBeGreaterThan(0);
    expect(shape(indonesian)).toEqual(shape(english));
  });

  test('have the same links to elsewhere', () => {
    expect(outside(indonesian)).toEqual(outside(english));
  });
});

describe.each(PAGES[0])('%s', (path) => {
  const readme = page(path);

  test('has at most 1,500 words', () => {
    expect(readFileSync(readme.url, 'utf8').trim().split(/\s+/).length).toBeLessThanOrEqual(1500);
  });

  test('begins with the two commands that run and test it', () => {
    expect(readme.commands.slice(0, 2)).toEqual(['npm ci && npm start\n', 'npm ci && npm test\n']);
  });

  test('tells of the page on your own model before its first section', () => {
    expect(readme.prose.split('\n## ')[0]).toMatch(/\((?:docs\/)?your-own-model\.md\)/);
  });

  test('leads to every page in its language', () => {
    const inLanguage = PAGES.slice(1).map(([english, indonesian]) => (path === 'README.md' ? english : indonesian));
    const led = readme.targets.map((target) => new URL(target, readme.url).href);
    expect(led).toEqual(expect.arrayContaining(inLanguage.map((file) => new URL(file, root).href)));
  });
});

describe.each(['docs/troubleshooting.md', 'docs/id/troubleshooting.md'])('%s', (path) => {
  test.each(REASONS)('tells what helps against %s', (reason) => {
    const described = rows(page(path)).filter(([name]) => name === `\`${reason}\``);
    expect(described).toEqual([[`\`${reason}\``, expect.stringMatching(/./), expect.stringMatching(/./)]]);
  });
});

describe('docs/id/settings.md', () => {
  const settings = rows(page('docs/id/settings.md')).filter(([name = '']) => /^`[A-Z_]+`$/.test(name));

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
