import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Files that use none of the rooms, and that everybody may use. */
const LEAVES = ['deadline', 'first-signal', 'languages', 'limits', 'log', 'percentage', 'read-body'];

/**
 * The rooms each room may look into, beside itself and the leaves. Arrows go one way: `main -> app -> bot -> analysis ->
 * vision`, and nobody but `main` knows of the demo.
 */
const MAY_USE: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(LEAVES.map((leaf) => [leaf, []])),
  vision: [],
  models: ['vision'],
  config: ['models', 'vision'],
  // The names of reasons and memory bands.
  metrics: ['analysis'],
  analysis: ['metrics', 'vision'],
  bot: ['analysis', 'metrics', 'vision'],
  // What is kept, and how fast is sent: on several machines as on one.
  redis: ['analysis', 'bot', 'metrics'],
  http: [],
  app: ['analysis', 'bot', 'config', 'http', 'metrics', 'redis', 'vision'],
  main: ['analysis', 'app', 'bot', 'config', 'demo', 'http', 'redis', 'vision'],
  demo: ['analysis', 'config', 'http', 'vision'],
  evaluation: ['vision'],
  library: ['models', 'vision'],
  cli: ['evaluation', 'library', 'models', 'vision'],
  bench: ['analysis', 'bot', 'config', 'demo', 'log', 'main', 'metrics', 'models', 'redis', 'vision'],
};

/** What the tests of a room use beside what the room itself may. */
const TESTS_USE: Readonly<Record<string, readonly string[]>> = { vision: ['cli', 'models'] };

/** TypeScript files under a folder of this project, as paths from its root. */
function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => /\.tsx?$/.test(file) && !file.split(sep).some((part) => ['dist', 'node_modules'].includes(part)));
}

/** The first folder under `src` or `test`, or the file itself; elsewhere the first folder. */
function roomOf(path: string): string {
  const [top = '', inside = ''] = path.split(sep);
  return (['src', 'test'].includes(top) ? inside : top).replace(/(?:\.test)?\.[jt]sx?$/, '');
}

/** Where a file's imports of this project lead, as paths from its root; `#sorot/` is `src` for what lies beside it. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from|import|resolve)\s*\(?\s*'(\.[^']+|#sorot\/[^']+)'/g)].map(([, path = '']) =>
    path.startsWith('#') ? path.replace('#sorot', 'src') : relative('.', join(dirname(file), path)),
  );
}

/** What of `files` uses a room of `src` that is not among these. */
function strays(files: readonly string[], rooms: readonly string[]): string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((path) => path.startsWith('src') && ![...rooms, ...LEAVES].includes(roomOf(path)))
      .map((path) => `${file} uses ${path}`),
  );
}

const sources = [...filesIn('src'), ...filesIn('bench')];
const tests = filesIn('test').filter((file) => file.endsWith('.test.ts'));

describe('no room looks where it must not', () => {
  test('every room is listed', () => {
    expect(sources.map(roomOf).filter((room) => MAY_USE[room] === undefined)).toEqual([]);
  });

  test.each(Object.keys(MAY_USE))('%s', (room) => {
    const own = sources.filter((file) => roomOf(file) === room);
    expect(own).not.toHaveLength(0);
    expect(strays(own, [room, ...(MAY_USE[room] ?? [])])).toEqual([]);
  });

  test.each(Object.keys(MAY_USE))('the tests of %s', (room) => {
    const own = tests.filter((file) => roomOf(file) === room);
    expect(strays(own, [room, ...(MAY_USE[room] ?? []), ...(TESTS_USE[room] ?? [])])).toEqual([]);
  });
});

describe('packages stand on their own, and are imported by their names', () => {
  test.each(readdirSync(join(ROOT, 'packages')))('%s', (name) => {
    const source = join('packages', name, 'src');
    const own = filesIn(source);
    expect(own).not.toHaveLength(0);
    expect(own.flatMap((file) => importsOf(file).filter((used) => !used.startsWith(source + sep)))).toEqual([]);
  });

  test('nothing reaches into them', () => {
    expect(sources.flatMap((file) => importsOf(file).filter((used) => used.startsWith(`packages${sep}`)))).toEqual([]);
  });

  test('only the demo and the benchmark use the local Telegram', () => {
    const users = sources.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes("'local-telegram'"));
    expect(users.filter((file) => !['bench', 'demo'].includes(roomOf(file)))).toEqual([]);
  });
});

test('the name of a file stands for one thing', () => {
  const places = new Map<string, Set<string>>();
  // The page of the demo is a program of its own, for browsers.
  for (const file of filesIn('src').filter((each) => !/^src.demo.page/.test(each))) {
    // Each language says the same things.
    const place = file.replace(/messages\/[a-z]{2}\//, 'messages/*/');
    places.set(basename(file), (places.get(basename(file)) ?? new Set()).add(place));
  }
  places.delete('index.ts');
  expect([...places.values()].filter(({ size }) => size > 1).map((each) => [...each])).toEqual([]);
});
