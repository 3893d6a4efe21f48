import type { Log } from '../log.js';
import type { Request, Services } from './context.js';
import type { PhotoRef } from './photo-in-message.js';
import type { RememberedPhoto } from './state/recall.js';

/**
 * Remembers a photo as the last one of its person in this place, and writes the log's first line about it.
 *
 * @param answered Whether it will be answered; of other photos the log says nothing.
 */
export async function rememberPhoto(
  { recall }: Services,
  { place, person, log }: Request,
  remembered: RememberedPhoto,
  answered: boolean,
): Promise<void> {
  await recall.photoSeen(place, person, remembered);
  if (answered) logPhoto(log, remembered.photo);
}

/** The log's first line about a photo. */
export function logPhoto(log: Log, { kind, original, width, height, bytes }: PhotoRef): void {
  const fetched = width === null || height === null ? null : `${width}x${height}`;
  log.info({ kind, original, fetched, bytes }, 'photo received');
}
