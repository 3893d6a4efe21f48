import { constants } from 'node:fs';
import { access, mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join, parse, resolve } from 'node:path';
import type { Sharp } from 'sharp';
import { VisionError } from '../vision/vision-error.js';
import { say } from './output.js';

/** What a JPEG becomes in a file of another ending. */
const FORMATS: Readonly<Record<string, ((jpeg: Sharp) => Sharp) | null>> = {
  '.jpg': null,
  '.jpeg': null,
  '.png': (jpeg) => jpeg.png(),
  '.webp': (jpeg) => jpeg.webp({ quality: 90 }),
  '.tif': (jpeg) => jpeg.tiff({ compression: 'lzw' }),
  '.tiff': (jpeg) => jpeg.tiff({ compression: 'lzw' }),
};

function refusal(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-argument', message, { cause });
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );

/** A path without links, so that two names of one file are the same. */
const truePath = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));

/** Where heatmaps go: into one file whose ending says the format, or into a folder, and never over a photo. */
export class HeatmapFiles {
  private constructor(
    readonly out: string,
    readonly isOneFile: boolean,
    /** What must not be written over: the photos, and what was written before. */
    readonly taken: Set<string>,
  ) {}

  /**
   * @param out one file, or a folder: where it is one, ends in a slash or has no ending
   * @throws VisionError `invalid-argument` for what cannot be written to or is one of the photos
   */
  static async at(out: string, photos: readonly string[]): Promise<HeatmapFiles> {
    const taken = new Set(await Promise.all(photos.map(truePath)));
    const isThere = await isFolder(out);
    const isOneFile = !isThere && !/[\\/]$/.test(out) && extname(out) !== '';
    if (isOneFile && !(extname(out).toLowerCase() in FORMATS)) {
      const endings = Object.keys(FORMATS).join(', ');
      throw refusal(`--out "${out}" has an ending that is not written: take one of ${endings}, or a folder.`);
    }
    if (isOneFile && photos.length > 1)
      throw refusal(`--out "${out}" is one file for ${photos.length} photos: name a folder.`);
    if (isOneFile && taken.has(await truePath(out)))
      throw refusal(`--out "${out}" is the photo itself: give it another name.`);
    const place = isThere ? out : dirname(out);
    await access(place, constants.W_OK).catch((error: unknown) => {
      throw refusal(`Heatmaps cannot be written to "${out}": there is no writable folder "${place}".`, error);
    });
    return new HeatmapFiles(out, isOneFile, taken);
  }

  /** Makes the folder where it is not there, and says so. */
  async prepare(): Promise<void> {
    if (this.isOneFile || (await isFolder(this.out))) return;
    await mkdir(this.out).catch((error: unknown) => {
      throw refusal(`The folder "${this.out}" cannot be made.`, error);
    });
    say(`made the folder "${this.out}"`);
  }

  /**
   * Writes the heatmap of a photo, a JPEG, in the format that is asked for.
   *
   * @returns the path of its file
   */
  async write(photo: string, jpeg: Uint8Array): Promise<string> {
    const path = this.isOneFile ? this.out : await this.#next(photo);
    const convert = FORMATS[extname(path).toLowerCase()];
    // Loaded for who wants it only.
    await writeFile(
      path,
      convert ? await convert((await import('../vision/image/sharp.js')).sharp(jpeg)).toBuffer() : jpeg,
    );
    return path;
  }

  /** A name after the photo's. */
  async #next(photo: string): Promise<string> {
    const stem = join(this.out, `${parse(photo).name}-heatmap`);
    let path = `${stem}.jpg`;
    for (let copy = 2; this.taken.has(path) || this.taken.has(await truePath(path)); copy++)
      path = `${stem}-${copy}.jpg`;
    this.taken.add(path);
    return path;
  }
}
