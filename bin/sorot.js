#!/usr/bin/env node
// npx links what is there when it first looks: were the command the built file, a clone in which it was called before its
// first build would not have it afterwards either.
import { existsSync } from 'node:fs';

const built = new URL('../dist/cli/index.js', import.meta.url);

if (existsSync(built)) {
  await import(built.href);
} else {
  process.stderr.write('sorot: it is not built yet: run "npm run build" in its folder first.\n');
  process.exitCode = 1;
}
