import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sorotOnce } from '../support/sorot.js';

const guide = readFileSync(new URL('../../docs/your-own-model.md', import.meta.url), 'utf8');

/** Options of each command that the page on your own model types: `model add` with `--labels`, `--name`. */
const typed = new Map<string, Set<string>>();
for (const [, command = '', rest = ''] of guide.matchAll(/^npx sorot (model \w+|\w+)(.*)$/gm)) {
  const options = [...rest.matchAll(/ (--[\w-]+)/g)].map(([, option = '']) => option);
  typed.set(command, new Set([...(typed.get(command) ?? []), ...options]));
}

test.each([...typed])(
  'sorot %s, as the page on your own model types it, is there with its options',
  async (command, options) => {
    const { code, stdout } = await sorotOnce([...command.split(' '), '--help']);
    expect(code).toBe(0);
    // Of an unknown command the help of the one above it is printed.
    expect(stdout).toContain(`Usage: sorot ${command} `);
    for (const option of options) expect(stdout).toMatch(new RegExp(`${option}\\b`));
  },
);

const reference = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8');

/** Each command as the page of the command line writes it, with its options. */
const documented = [...reference.matchAll(/^sorot (model \w+|\w+)(.*(?:\n +\S.*)*)$/gm)].map(
  ([, command = '', rest = '']) => [command, [...rest.matchAll(/--[\w-]+/g)].map(([option]) => option)] as const,
);

test.each(documented)(
  'sorot %s has the options that the page of the command line names, and no other',
  async (command, options) => {
    const { code, stdout } = await sorotOnce([...command.split(' '), '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: sorot ${command} `);
    const offered = [...stdout.matchAll(/^ +(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);
    expect(offered.filter((option) => option !== '--help').sort()).toEqual([...options].sort());
  },
);
