import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Makes classifiers with PyTorch and with Keras, each in an environment of its own, and compares what Sorot makes of them. */
const folder = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'sorot-onnx-zoo');
const zoo = join(folder, 'zoo');

/** @param {string} command @param {readonly string[]} parts @param {Record<string, string>} [environment] */
function run(command, parts, environment = {}) {
  const { status, error } = spawnSync(command, parts, { stdio: 'inherit', env: { ...process.env, ...environment } });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** @param {string} name of the environment @param {string} requirements @param {string} program */
function make(name, requirements, program) {
  const python = join(folder, name, 'bin', 'python');
  if (!existsSync(python)) run('python3', ['-m', 'venv', join(folder, name)]);
  run(python, ['-m', 'pip', 'install', '--quiet', '-r', `test/onnx-zoo/${requirements}`]);
  run(python, [`test/onnx-zoo/${program}`, zoo, ...process.argv.slice(2)]);
}

make('venv', 'requirements.txt', 'make_onnx_zoo.py');
make('venv', 'requirements.txt', 'make_hugging_face_zoo.py');
make('venv-keras', 'requirements-keras.txt', 'make_keras_onnx_zoo.py');
run('npx', ['vitest', 'run', '--config', 'vitest.conformance.config.ts', 'onnx', 'hugging-face'], {
  SOROT_ONNX_ZOO: zoo,
  SOROT_ONNX_ZOO_TABLE: 'test/onnx-zoo/table.md',
});
run('npx', ['prettier', '--write', '--log-level', 'warn', 'test/onnx-zoo/table.md']);
