import { readdir, readFile, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { PHOTO_LIMITS } from '../limits.js';
import { photoOf } from '../vision/engine.js';
import type { Photo } from '../vision/engine.js';
import { tooManyBytesRefusal } from '../vision/image/refusal.js';
import { say } from './output.js';
import { FORMATS } from '../vision/image/refusal.js';

/** There is no photo where one is said to be, or it cannot be read. */
export class PhotoNotFound extends Error {
  override readonly name = 'PhotoNotFound';
  readonly code = 'not-found';
}

/** How pictures that can be read are called. */
const PICTURE = /\.(?:jpe?g|png|webp|avif|gif|tiff?)$/i;

/** Of what a folder has beside pictures, so much is named; the rest is counted. */
const MOST_NAMED = 3;

/** As people count: 2.jpg before 10.jpg. */
const { compare } = new Intl.Collator('en', { numeric: true });

/** Whose heatmap a file is by its name, if it is one. */
const photoOfHeatmap = (name: string): string | undefined => /^(.+)-heatmap(?:-\d+)?\.jpg$/.exec(name)?.[1];

/** The pictures of a folder in their order, without heatmaps of each other; a line on stderr says what else is in it. */
async function picturesIn(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort(compare);
  const named = entries.filter((name) => PICTURE.test(name));
  const stems = new Set(named.map((name) => parse(name).name));
  const pictures = new Set(named.filter((name) => !stems.has(photoOfHeatmap(name) ?? '')));
  const others = entries.filter((name) => !pictures.has(name));
  if (pictures.size > 0 && others.length > 0) {
    const more = others.length > MOST_NAMED ? [`${others.length - MOST_NAMED} more`] : [];
    const list = [...others.slice(0, MOST_NAMED), ...more].join(', ');
    say(`${folder}: skipped ${list} (heatmaps, folders, and files that are not ${FORMATS})`);
  }
  return [...pictures].map((name) => join(folder, name));
}

/** The photos that are meant: files, and for a folder the pictures in it; one without pictures stands for itself. */
export async function photosAt(paths: readonly string[]): Promise<string[]> {
  const photos: string[][] = [];
  for (const path of paths) {
    const pictures = await picturesIn(path).catch(() => []);
    photos.push(pictures.length > 0 ? pictures : [path]);
  }
  return photos.flat();
}

/**
 * Reads a photo file, checking its size first.
 *
 * @throws PhotoNotFound where there is none; VisionError `too-large`
 */
export async function readPhoto(file: string): Promise<Photo> {
  const entry = await stat(file).catch((error: unknown) => {
    throw new PhotoNotFound('There is no such file.', { cause: error });
  });
  if (entry.isDirectory()) throw new PhotoNotFound(`No ${FORMATS} files were found directly in this folder.`);
  if (!entry.isFile()) throw new PhotoNotFound('This is not a file.');
  if (entry.size > PHOTO_LIMITS.maxBytes) throw tooManyBytesRefusal(entry.size, PHOTO_LIMITS.maxBytes);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new PhotoNotFound('This file cannot be read. Look at its permissions.', { cause: error });
  });
  return photoOf(bytes);
}
