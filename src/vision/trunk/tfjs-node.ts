import { createRequire } from 'node:module';
import util from 'node:util';

const require = createRequire(import.meta.url);

/** Of `node:util` until Node 23; the package still calls them. Node 22 warns of their use on stderr. */
const FORMER_UTIL = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
} as const;

/**
 * Loads TensorFlow's own library, once in a process: it registers itself as the backend "tensorflow".
 *
 * @param threads of one forward pass. The library reads them when it is loaded: later ones have no effect.
 * @throws Error that says how to get the package, where it is not installed or does not load.
 */
export function loadTfjsNode(threads: number): void {
  Object.assign(util, FORMER_UTIL);
  Object.assign(process.env, {
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    // Else it tells on stderr what the processor could do besides; from 2 on only errors are told.
    TF_CPP_MIN_LOG_LEVEL: '2',
  });
  try {
    require('@tensorflow/tfjs-node');
  } catch (error) {
    throw new Error(
      'The backend "tensorflow" needs the package @tensorflow/tfjs-node, which is not there or does not load: ' +
        '`npm run tensorflow` installs it.',
      { cause: error },
    );
  }
}
