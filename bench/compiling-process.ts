import { compileModel } from '#sorot/vision/model/compile.js';
import { writeCompiled } from '#sorot/vision/model/plan-file.js';
import { writeExpected } from '#sorot/vision/model/plan-proof.js';
import { loadLayersPackage, loadTensorFlow } from '#sorot/vision/trunk/tensorflow.js';
import { residentOf } from './resident.js';

/**
 * What the process that compiles a model takes beyond the same process idle, with TensorFlow.js loaded. Run with the
 * model and a new folder for what is compiled; answers with one JSON line: megabytes at the peak while the files are
 * read, and in all.
 */
const [model = '', folder = ''] = process.argv.slice(2);
await loadTensorFlow('wasm');
loadLayersPackage();
const { resident: idle } = await residentOf(process.pid);
let read = NaN;
const started = performance.now();
const { compiled, expected, findings } = await compileModel(
  model,
  {},
  {
    onRead: async () => {
      read = (await residentOf(process.pid)).peak;
    },
  },
);
await writeCompiled(folder, { compiled, findings });
if (expected !== null) await writeExpected(folder, expected);
const milliseconds = performance.now() - started;
const { peak } = await residentOf(process.pid);
process.stdout.write(JSON.stringify({ idle, read: read - idle, all: peak - idle, milliseconds }));
// TensorFlow.js' WASM backend would keep it.
process.exit(0);
