import { answerTask, nextPhase } from '../short-lived.js';
import { compileModel } from './compile.js';
import type { CompileChoice } from './choice.js';
import { writeCompiled } from './plan-file.js';

/** What to compile, and the new folder that what was compiled goes into. */
export interface CompileTask {
  readonly file: string;
  readonly choice: CompileChoice;
  readonly folder: string;
}

/**
 * Entry of the short-lived process that compiles a model: other people's files are read here, and TensorFlow.js and the
 * unfolded weights live and die here, not in the process that answers photos.
 */
await answerTask('Compiling the model', async (task) => {
  const { file, choice, folder } = task as CompileTask;
  await writeCompiled(folder, await compileModel(file, choice, nextPhase));
  return null;
});
