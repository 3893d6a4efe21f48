import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

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
  bench: ['main', 'demo', 'vision', ...SHARED],
};

/** The first folder under `src`, or the file itself; outside of `src` the first folder. */
function roomOf(path: string): string {
  const [top = '', inside = ''] = relative(ROOT, path).split(sep);
  return (top === 'src' ? inside : top).replace(/\.[jt]sx?$/, '');
}

/** Files of TypeScript under a folder, as absolute paths. */
function filesUnder(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  return names.map((name) => join(folder, name));
}

/** What a file imports of this project, by path or by `#sorot/`, which is `src` for what is beside it: absolute paths. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import|resolve)\s*\(?\s*'(\.[^']+|#sorot\/[^']+)'/g)].map(([, path = '']) =>
    path.startsWith('#') ? join(ROOT, path.replace('#sorot', 'src')) : join(dirname(file), path),
  );
}

describe('no room looks where it must not', () => {
  const files = ['src', 'bench'].flatMap((folder) => filesUnder(join(ROOT, folder)));

  test.each(Object.keys(MAY_USE))('%s', (room) => {
    const own = files.filter((file) => roomOf(file) === room);
    expect(own).not.toHaveLength(0);
    const others = own.flatMap((file) =>
      importsOf(file)
        .map(roomOf)
        .filter((used) => used !== room && !MAY_USE[room]?.includes(used))
        .map((used) => `${relative(ROOT, file)} uses ${used}`),
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
    const within = filesUnder(join(ROOT, 'src')).flatMap((file) =>
      importsOf(file).filter((used) => used.startsWith(join(ROOT, 'packages') + sep)),
    );
    expect(within).toEqual([]);
  });

  test('only the demo and the benchmark use the local Telegram', () => {
    const users = filesUnder(join(ROOT, 'src')).filter((file) =>
      readFileSync(file, 'utf8').includes("'local-telegram'"),
    );
    expect(users.filter((file) => !['bench', 'demo'].includes(roomOf(file)))).toEqual([]);
  });
});
