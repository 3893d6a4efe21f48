import { examplePicture } from '../../src/demo/examples.js';
import { withComment } from '../support/pictures.js';
import type { Picked } from './chat.js';

let sent = 0;

/**
 * A photo the bundled classifier is sure of, or of a cup, for which two of its classes have much to say. No two are the
 * same file, so that none is answered from memory.
 */
export async function examplePhoto(name = 'photo.jpg', shows: 'horse' | 'cup' = 'horse'): Promise<Picked> {
  sent += 1;
  return asFile(name, 'image/jpeg', withComment(await examplePicture(shows), `number ${sent}`));
}

export function asFile(name: string, mimeType: string, buffer: Buffer): Picked {
  return { name, mimeType, buffer };
}
