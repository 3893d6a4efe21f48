import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** So many bytes of photos that nobody needs any more may wait for their collection, which takes 10 to 20 ms. */
const LIMIT = 16 * 2 ** 20;

function collector(): () => void {
  // As a flag of the command line it would have to be said wherever the bot is started.
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/**
 * Gives the memory of photos back. JavaScript's collector counts objects, of which a photo makes few: eight files of
 * 20 MB would stay behind as 160 MB until others come, and a bot at rest would refuse heatmaps for want of memory.
 */
export class Garbage {
  readonly #collect = collector();
  #bytes = 0;

  /** A photo of so many bytes is no longer needed. */
  add(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < LIMIT) return;
    this.#bytes = 0;
    // The calls that had the photo have not returned yet.
    setImmediate(this.#collect);
  }
}
