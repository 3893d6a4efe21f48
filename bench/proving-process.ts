import { mismatchIn } from '#sorot/vision/model/plan-proof.js';
import 'onnxruntime-node';
import { residentOf } from './resident.js';

/**
 * What the process that proves a compiled plan takes beyond the same process idle, with ONNX Runtime loaded. Run with
 * the folder that `compiling-process` filled; answers with one JSON line.
 */
const [folder = ''] = process.argv.slice(2);
const { resident: idle } = await residentOf(process.pid);
const started = performance.now();
const mismatch = await mismatchIn(folder);
if (mismatch !== null) throw new Error(mismatch);
const milliseconds = performance.now() - started;
const { peak } = await residentOf(process.pid);
process.stdout.write(JSON.stringify({ idle, all: peak - idle, milliseconds }));
