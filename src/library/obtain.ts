import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VisionError } from '../vision/vision-error.js';
import { checksumOf } from '../vision/model/checksum.js';
import { recognise } from '../vision/model/recognise.js';
import { DOWNLOAD_LIMITS, download } from './download.js';
import type { DownloadOptions } from './download.js';
import { refused } from './refused.js';
import { addressOf } from './http-file.js';

/** @throws VisionError for another file than the one with that checksum. */
async function checkSum(path: string, expected: string | null): Promise<void> {
  if (expected === null) return;
  // A pipe or a device would never end, and is refused here.
  recognise(path);
  if ((await stat(path)).isDirectory()) throw refused('A folder has no checksum: give the file that it came in.');
  const actual = await checksumOf(path, DOWNLOAD_LIMITS.bytes);
  if (actual === expected.toLowerCase()) return;
  throw refused(`The file has the checksum ${actual}, not the one that was given: it is another file, or damaged.`);
}

/** Does work on a file; what goes wrong is told of what was asked for: where it lies for now tells nobody anything. */
export async function inTermsOf<T>(asked: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof VisionError) || asked === path) throw error;
    throw new VisionError(error.code, error.message.replaceAll(path, asked), { cause: error });
  }
}

/**
 * Gets a model from an address where one is given. Of a file that has another checksum than the one given nothing is
 * read.
 *
 * @param workplace a folder for what is downloaded; the caller removes it.
 * @param sha256 what the file must hash to, in hexadecimal; null where nobody says.
 * @returns the path of a file or a folder that may hold a model.
 * @throws VisionError `invalid-argument` or `invalid-model`, saying what is wrong; the signal's reason where aborted.
 */
export async function obtain(
  from: string,
  workplace: string,
  sha256: string | null,
  options: DownloadOptions,
): Promise<string> {
  const url = addressOf(from, options.localHttp);
  if (url === null) {
    await checkSum(from, sha256);
    return from;
  }
  const path = await download(url, join(workplace, 'download'), options);
  return inTermsOf(from, path, async () => {
    await checkSum(path, sha256);
    if (recognise(path).form !== 'tfjs') return path;
    throw refused(
      'A model.json has weight files beside it: give the address of a zip with all of them, or download the folder.',
    );
  });
}
