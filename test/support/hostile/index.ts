import { bombs } from './bombs.js';
import { damagedPictures } from './damaged.js';
import type { HostileFile } from './file.js';
import { foreignFiles } from './foreign.js';
import { oddPictures } from './odd.js';

export { costlyPictures } from './costly.js';
export type { HostileFile } from './file.js';
export { sendAll } from './sending.js';
export type { SentFile } from './sending.js';

/** Files that somebody may send in place of an ordinary photo, hundreds of them, the same ones every time. */
export async function hostileFiles(): Promise<HostileFile[]> {
  const kinds = [damagedPictures(), foreignFiles(), bombs(), oddPictures()];
  return (await Promise.all(kinds)).flat();
}
