import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Makes classifiers with PyTorch in an environment of its own, and compares what Sorot makes of them. */
const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sorot-onnx-zoo');
const [python, zoo] = [join(folder, 'venv', 'bin', 'python'), join(folder, 'zoo')];

/** @param {string} command @param {readonly string[]} parts @param {Record<string, string>} [environment] */
function run(command, parts, environment = {}) {
  const { status, error } = spawnSync(command, parts, { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(python)) run('python3', ['-m', 'venv', join(folder, 'venv')]);
run(python, ['-m', 'pip', 'install', '--quiet', '-r', 'test/onnx-zoo/requirements.txt']);
run(python, ['test/onnx-zoo/make_onnx_zoo.py', zoo, ...process.argv.slice(2)]);
run('npx', ['vitest', 'run', '--config', 'vitest.conformance.config.ts', 'onnx'], {
  SOROT_ONNX_ZOO: zoo,
  SOROT_ONNX_ZOO_TABLE: 'test/onnx-zoo/table.md',
});
run('npx', ['prettier', '--write', '--log-level', 'warn', 'test/onnx-zoo/table.md']);
