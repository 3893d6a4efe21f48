import { answerTask } from '../short-lived.js';
import { mismatchIn } from './plan-proof.js';

/**
 * Entry of the short-lived process that runs a compiled plan on the test picture: the model, TensorFlow.js and ONNX
 * Runtime are not in one memory at the same time. Answers why the plan does not compute what the model does, or null.
 */
answerTask('Compiling the model', (folder) => mismatchIn(folder as string));
