import { notify } from '../child.js';
import { answerTask } from '../short-lived.js';
import { compileModel } from './compile.js';
import type { CompileChoice } from './choice.js';
import { writeCompiled } from './plan-file.js';
import { writeExpected } from './plan-proof.js';

/** What to compile, and the new folder that what was compiled goes into. */
export interface CompileTask {
  readonly file: string;
  readonly choice: CompileChoice;
  readonly folder: string;
  /** Whether a graph runs whole, whatever its plan. */
  readonly asItIs: boolean;
}

/**
 * Entry of the short-lived process that compiles a model: other people's files are read here, and TensorFlow.js and the
 * unfolded weights live and die here, not in the process that answers photos. Answers whether there is a plan to prove.
 */
answerTask('Compiling the model', async (task) => {
  const { file, choice, folder, asItIs } = task as CompileTask;
  const { compiled, expected, findings } = await compileModel(file, choice, { onRead: notify, asItIs });
  await writeCompiled(folder, { compiled, findings });
  if (expected !== null) await writeExpected(folder, expected);
  return expected !== null;
});
