import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { describe, expect, test } from 'vitest';
import { readConfig, VARIABLES } from '../src/config.js';
import type { Variable } from '../src/config/variable.js';

const TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1';

function file(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
}

const variables = Object.entries<Variable>(VARIABLES);

describe('.env.example', () => {
  const example = file('.env.example');

  test.each(variables)('%s is told of, with its default', (name, variable) => {
    const line = name === 'BOT_TOKEN' ? 'BOT_TOKEN=' : `# ${name}=${variable.default ?? ''}`;
    expect(example).toContain(`# ${variable.doc}\n# Expected: ${variable.expected}.`);
    expect(example.split('\n')).toContain(line);
  });

  test('has every variable once, in the order of the table, and no other', () => {
    const names = [...example.matchAll(/^(?:# )?([A-Z][A-Z_]*)=/gm)].map(([, name]) => name);
    expect(names).toEqual(Object.keys(VARIABLES));
  });

  test('says what is the case without any of it: with each line uncommented nothing changes', () => {
    const uncommented = parse(example.replaceAll(/^# (?=[A-Z_]+=)/gm, ''));
    expect(Object.keys(uncommented)).toHaveLength(variables.length);
    expect(readConfig({ ...uncommented, BOT_TOKEN: TOKEN })).toEqual(readConfig({ BOT_TOKEN: TOKEN }));
  });

  test('as it is, lacks the token only', () => {
    expect(() => readConfig(parse(example))).toThrow(/^The settings hold a mistake:\nBOT_TOKEN: .* got nothing$/);
  });
});

describe('The table of docs/settings.md', () => {
  const rows = new Map(
    [...file('docs/settings.md').matchAll(/^\| `([A-Z_]+)` +\|(.*)\|$/gm)].map(([, name, cells = '']) => [
      name,
      cells.split('|').map((cell) => cell.trim()),
    ]),
  );

  test.each(variables)('%s is told of, with its default', (name, variable) => {
    const fallback = variable.default === undefined ? variable.without : `\`${variable.default}\``;
    expect(rows.get(name)).toEqual([fallback, variable.expected, variable.doc]);
  });
});
