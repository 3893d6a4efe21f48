import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileModel } from '#sorot/vision/model/compile.js';
import { writeCompiled } from '#sorot/vision/model/plan-file.js';
import { loadLayersPackage, loadTensorFlow } from '#sorot/vision/trunk/tensorflow.js';
import { residentOf } from './resident.js';

/**
 * What the process that compiles a model takes beyond the same process idle, with TensorFlow.js loaded. Run with the
 * model; answers with one JSON line: megabytes at the peak while the files are read, and in all.
 */
const [model = ''] = process.argv.slice(2);
await loadTensorFlow('wasm');
loadLayersPackage();
const { resident: idle } = await residentOf(process.pid);
const folder = await mkdtemp(join(tmpdir(), 'sorot-bench-'));
try {
  let read = NaN;
  const started = performance.now();
  const compilation = await compileModel(model, undefined, async () => {
    read = (await residentOf(process.pid)).peak;
  });
  await writeCompiled(join(folder, 'compiled'), compilation);
  const milliseconds = performance.now() - started;
  const { peak } = await residentOf(process.pid);
  process.stdout.write(JSON.stringify({ idle, read: read - idle, compiled: peak - idle, milliseconds }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
// TensorFlow.js' WASM backend would keep it.
process.exit(0);
