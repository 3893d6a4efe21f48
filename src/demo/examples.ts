import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedError } from './errors.js';
import type { ExampleView, Language } from './protocol.js';
import { ROOT } from './root.js';

/** Drawings in the folder beside this file, by name: four things the bundled classifier knows, and one it does not. */
const TITLES = {
  ship: { en: 'A ship', id: 'Kapal' },
  airplane: { en: 'An airplane', id: 'Pesawat terbang' },
  truck: { en: 'A truck', id: 'Truk' },
  horse: { en: 'A horse', id: 'Kuda' },
  cup: { en: 'A cup of coffee', id: 'Secangkir kopi' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

type Name = keyof typeof TITLES;

const FOLDER = join(ROOT, 'src', 'demo', 'examples');

export const EXAMPLES: readonly ExampleView[] = Object.entries(TITLES).map(([name, title]) => ({
  name,
  url: `/examples/${name}.jpg`,
  title,
}));

/** Each is read when it is first asked for, and kept: there are five, of some 100 KB. */
const read = new Map<Name, Promise<Buffer>>();

/**
 * One of the pictures that come with the demo, as JPEG.
 *
 * @throws RefusedError `unknown`
 */
export async function examplePicture(name: string): Promise<Buffer> {
  if (!isName(name)) throw new RefusedError('unknown', `There is no example "${name}".`);
  const known = read.get(name) ?? readFile(join(FOLDER, `${name}.jpg`));
  read.set(name, known);
  return known;
}

function isName(name: string): name is Name {
  return Object.hasOwn(TITLES, name);
}
