import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RefusedError } from './errors.js';
import type { ExampleView, Language } from './protocol.js';
import { ROOT } from './root.js';

/**
 * Photographs in the folder beside this file, by name. The bundled classifier knows the first three; of the raccoon it
 * knows only that it is an animal, and of the galaxies nothing.
 */
const TITLES = {
  cat: { en: 'A cat', id: 'Kucing' },
  coffee: { en: 'A cup of coffee', id: 'Secangkir kopi' },
  both: { en: 'A coffee and a cat', id: 'Kopi dan kucing' },
  raccoon: { en: 'A raccoon', id: 'Rakun' },
  galaxies: { en: 'Galaxies', id: 'Galaksi' },
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
