import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

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
  return (relative(SRC, path).split(sep)[0] ?? '').replace(/\.[jt]sx?$/, '');
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const paths = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path = '']) => path);
  return paths.map((path) => roomOf(join(SRC, dirname(file), path)));
}

describe('no room looks where it must not', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));

  test.each(Object.keys(MAY_USE))('%s', (room) => {
    const own = files.filter((file) => roomOf(join(SRC, file)) === room);
    expect(own).not.toHaveLength(0);
    const others = own.flatMap((file) =>
      importsOf(file)
        .filter((used) => used !== room && !MAY_USE[room]?.includes(used))
        .map((used) => `${file} uses ${used}`),
    );
    expect(others).toEqual([]);
  });
});
