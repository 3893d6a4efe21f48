import { examplePicture } from '../../src/demo/examples.js';
import { withComment } from '../support/pictures.js';
import type { Picked } from './chat.js';

let sent = 0;

/**
 * A photo the bundled classifier is sure of (`coffee`), or of whose kind only (`both`, a cat below the coffee), or not
 * sure of at all (`galaxies`). No two are the same file, so that none is answered from memory.
 */
export async function examplePhoto(
  name = 'photo.jpg',
  shows: 'coffee' | 'both' | 'galaxies' = 'coffee',
): Promise<Picked> {
  sent += 1;
  return asFile(name, 'image/jpeg', withComment(await examplePicture(shows), `number ${sent}`));
}

export function asFile(name: string, mimeType: string, buffer: Buffer): Picked {
  return { name, mimeType, buffer };
}
