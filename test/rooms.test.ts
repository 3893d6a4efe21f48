import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const SRC = join(ROOT, 'src');

/** What everybody may use: the environment, the log, the models' folder. */
const SHARED = ['config', 'log', 'models'];

/** The rooms each room may look into, beside itself. Arrows go one way, and nobody but `main` knows of the demo. */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  vision: [],
  analysis: ['vision', 'metrics', ...SHARED],
  bot: ['analysis', 'metrics', 'vision', ...SHARED],
  http: SHARED,
  app: ['bot', 'analysis', 'vision', 'http', 'metrics', ...SHARED],
  demo: ['analysis', 'vision', 'http', ...SHARED],
  evaluation: ['vision'],
  library: ['vision', 'models'],
  cli: ['evaluation', 'library', 'vision', ...SHARED],
};

/** The first folder under `src`, or the file itself. */
function roomOf(path: string): string {
  return (relative(SRC, path).split(sep)[0] ?? '').replace(/\.[jt]s$/, '');
}

/** Files of TypeScript under a folder, as absolute paths. */
function filesUnder(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return names.map((name) => join(folder, name));
}

/** What a file imports by path, as absolute paths. */
function importsOf(file: string): string[] {
  const paths = [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)];
  return paths.map(([, path = '']) => join(dirname(file), path));
}

describe('no room looks where it must not', () => {
  const files = filesUnder(SRC);

  test.each(Object.keys(MAY_USE))('%s', (room) => {
    const own = files.filter((file) => roomOf(file) === room);
    expect(own).not.toHaveLength(0);
    const others = own.flatMap((file) =>
      importsOf(file)
        .map(roomOf)
        .filter((used) => used !== room && !MAY_USE[room]?.includes(used))
        .map((used) => `${relative(SRC, file)} uses ${used}`),
    );
    expect(others).toEqual([]);
  });
});

describe('packages stand on their own, and are imported by their names', () => {
  const packages = readdirSync(join(ROOT, 'packages'));

  test.each(packages)('%s', (name) => {
    const source = join(ROOT, 'packages', name, 'src');
    const own = filesUnder(source);
    expect(own).not.toHaveLength(0);
    const outside = own.flatMap((file) => importsOf(file).filter((used) => !used.startsWith(source + sep)));
    expect(outside).toEqual([]);
  });

  test('nothing reaches into them', () => {
    const within = filesUnder(SRC).flatMap((file) =>
      importsOf(file).filter((used) => used.startsWith(join(ROOT, 'packages') + sep)),
    );
    expect(within).toEqual([]);
  });

  test('only the demo and the benchmark use the local Telegram', () => {
    const users = filesUnder(SRC).filter((file) => readFileSync(file, 'utf8').includes("'local-telegram'"));
    expect(users.filter((file) => !['bench', 'demo'].includes(roomOf(file)))).toEqual([]);
  });
});
