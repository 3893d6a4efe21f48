import { compileModel } from './compile.js';
import type { CompileChoice } from './choice.js';
import { writeCompiled } from './plan-file.js';
import { VisionError } from '../errors.js';
import type { Outcome } from '../messages.js';

/**
 * Entry of the short-lived process that compiles a model: TensorFlow.js and the unfolded weights live and die here,
 * not in the process that answers photos. It is told everything in one argument and answers with one message.
 */
const [argument = '{}'] = process.argv.slice(2);
const { file, choice, destination } = JSON.parse(argument) as {
  file: string;
  choice: CompileChoice;
  destination: string;
};

async function compile(): Promise<Outcome<null>> {
  try {
    await writeCompiled(destination, await compileModel(file, choice));
    return { ok: true, value: null };
  } catch (error) {
    if (error instanceof VisionError) return { ok: false, code: error.code, message: error.message };
    const why = error instanceof Error ? error.message : String(error);
    return { ok: false, code: 'invalid-model', message: `The model cannot be compiled: ${why}` };
  }
}

const result = await compile();
process.send?.(result, () => {
  process.exit(0);
});
