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
  return (top === 'src' ? inside : top).replace(/\.[jt]s$/, '');
}

/** Where a file's imports of this project lead, and those by `#sorot/`, which is `src` for what is beside it. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  const paths = [...text.matchAll(/(?:from|import|resolve)\s*\(?\s*'(\.[^']+|#sorot\/[^']+)'/g)].map(
    ([, path = '']) => path,
  );
  return paths.map((path) =>
    roomOf(join(...(path.startsWith('#') ? [ROOT, path.replace('#sorot', 'src')] : [dirname(file), path]))),
  );
}

describe('no room looks where it must not', () => {
  const files = ['src', 'bench'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(ROOT, folder, file)),
  );

  test.each(Object.keys(MAY_USE))('%s', (room) => {
    const own = files.filter((file) => roomOf(file) === room);
    expect(own).not.toHaveLength(0);
    const others = own.flatMap((file) =>
      importsOf(file)
        .filter((used) => used !== room && !MAY_USE[room]?.includes(used))
        .map((used) => `${relative(ROOT, file)} uses ${used}`),
    );
    expect(others).toEqual([]);
  });
});
