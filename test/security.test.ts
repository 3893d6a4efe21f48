import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const rows = ['docs/security.md', 'docs/id/security.md'].flatMap((page) =>
  readFileSync(join(ROOT, page), 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!threat|ancaman|-)/.test(line)),
);

test.each(rows)('%s', (row) => {
  const [, file = '', name = ''] = /`(test\/[\w/.-]+)`: "([^"]+)"/.exec(row) ?? [];
  expect(name).not.toBe('');
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(name);
});
