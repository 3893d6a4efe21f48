import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { REASONS } from '../src/analysis/reasons.js';
import { VARIABLES } from '../src/config.js';
import type { Variable } from '../src/config/variable.js';

const root = new URL('../', import.meta.url);
const variables = Object.entries<Variable>(VARIABLES);

interface Readme {
  readonly url: URL;
  /** Without its code blocks, where brackets and hashes mean something else. */
  readonly prose: string;
  /** Of shell commands, without comments. */
  readonly commands: readonly string[];
  /** Where links and pictures lead, as written. */
  readonly targets: readonly string[];
}

function readme(path: string): Readme {
  const url = new URL(path, root);
  const text = readFileSync(url, 'utf8');
  const prose = text.replaceAll(/^```.*?^```$/gms, '');
  return {
    url,
    prose,
    commands: [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block.replaceAll(/\s+#.*$/gm, '')),
    targets: [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
  };
}

/** Rows of the tables whose first cell is one word of code, by column. */
function rows({ prose }: Readme): readonly (readonly string[])[] {
  return [...prose.matchAll(/^\| `[\w-]+` +\|.*\|$/gm)].map(([row]) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** As GitHub makes them of headings. */
function anchors({ prose }: Readme): readonly string[] {
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(
    ([, heading = '']) =>
      `#${heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-')}`,
  );
}

const numbers = (text: string) => (text.match(/\d+/g) ?? []).sort();

const english = readme('README.md');
const indonesian = readme('docs/id/README.md');

describe.each([
  ['README.md', english],
  ['docs/id/README.md', indonesian],
])('%s', (_, page) => {
  const files = page.targets.filter((target) => !/^(?:#|[a-z]+:)/.test(target));

  test.each(files)('points to %s, which is in the repository', (target) => {
    const path = fileURLToPath(new URL(target, page.url));
    expect(path.startsWith(fileURLToPath(root))).toBe(true);
    expect(existsSync(path)).toBe(true);
  });

  test('leads to its own sections by their names', () => {
    const inside = page.targets.filter((target) => target.startsWith('#'));
    expect(inside.length).toBeGreaterThan(0);
    expect(anchors(page)).toEqual(expect.arrayContaining(inside));
  });

  test.each(REASONS)('tells what helps against %s', (reason) => {
    const described = rows(page).filter(([name]) => name === `\`${reason}\``);
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
