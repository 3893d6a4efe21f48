import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `npm run test:nodes`: the unit tests, and a photo from update to heatmap, on each version of Node that is supported.
// Versions may be named: `npm run test:nodes -- 24`. They are npm's `node` package, which fetches a Node by its install
// script, in the cache folder.

const VERSIONS = ['20', '22', '24'];

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const { XDG_CACHE_HOME: base = join(homedir(), '.cache'), SOROT_CACHE_DIR: cache = join(base, 'sorot') } = process.env;

/** Runs a command to its end, and gives its exit code. */
async function run(command, args, { cwd = ROOT, path = process.env.PATH } = {}) {
  const [code] = await once(
    spawn(command, args, { cwd, stdio: 'inherit', env: { ...process.env, PATH: path } }),
    'close',
  );
  return code;
}

/** The folder of a Node's program. */
async function nodeOf(version) {
  const folder = join(cache, `node-${version}`);
  mkdirSync(folder, { recursive: true });
  // A package of its own, in which this one script may run.
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }));
  const code = await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts=false', `node@${version}`], {
    cwd: folder,
  });
  if (code !== 0) throw new Error(`Node ${version} could not be installed.`);
  return join(folder, 'node_modules/node/bin');
}

const TESTS = [
  ['--project', 'unit'],
  ['test/e2e/private-photo.test.ts', '-t', 'then with the heatmap'],
];

const failed = [];
for (const version of process.argv.length > 2 ? process.argv.slice(2) : VERSIONS) {
  const node = await nodeOf(version);
  process.stdout.write(`\nNode ${version}\n`);
  await run(join(node, 'node'), ['--version']);
  for (const tests of TESTS) {
    const path = `${node}${delimiter}${process.env.PATH}`;
    const code = await run(join(node, 'node'), ['node_modules/vitest/vitest.mjs', 'run', ...tests], { path });
    if (code !== 0) failed.push(`Node ${version}: vitest run ${tests.join(' ')}`);
  }
}
if (failed.length > 0) {
  process.stderr.write(`Failed:\n${failed.join('\n')}\n`);
  process.exitCode = 1;
}
