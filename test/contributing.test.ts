import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const paths = [...readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8').matchAll(/`((?:src|test|models)\/[\w./-]+)`/g)];

test('it says where to look', () => {
  expect(paths.length).toBeGreaterThan(10);
});

test.each(paths.map(([, path = '']) => path))('%s is there', (path) => {
  expect(existsSync(join(ROOT, path))).toBe(true);
});
