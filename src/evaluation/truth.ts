import type { Vocabulary } from '../vision/model/class-query.js';

function inRange(digits: string, classes: number): number | null {
  const index = Number(digits);
  return index < classes ? index : null;
}

/** The class a folder is named after: by its index, or by label in any language. */
function classOfFolder(name: string, classes: number, vocabulary: Vocabulary): number | null {
  if (/^#?\d+$/.test(name)) return inRange(name.replace('#', ''), classes);
  const match = vocabulary.find(name, 'close');
  const named = match.found === 'named' ? match.of.filter(({ type }) => type === 'class') : [];
  const [only] = named;
  return named.length === 1 && only !== undefined ? only.index : null;
}

/**
 * The class of a picture: of the folder it lies in where that is named after one, else the index that its name begins
 * with, as in `0012_house_finch.jpg`; null where neither says.
 *
 * @param path with slashes
 * @param classes how many the model has
 */
export function truthOf(path: string, classes: number, vocabulary: Vocabulary): number | null {
  const parts = path.split('/');
  const folder = parts.at(-2);
  const byFolder = folder === undefined ? null : classOfFolder(folder, classes, vocabulary);
  if (byFolder !== null) return byFolder;
  const [, digits] = /^(\d+)_/.exec(parts.at(-1) ?? '') ?? [];
  return digits === undefined ? null : inRange(digits, classes);
}

/**
 * The classes that would be true of a picture of nothing the model knows, by the indices its name begins with, four
 * digits each, as in `0922_menu.png` or `0922_0917_page.png`: fewer digits are more often a running number.
 */
export function excusedOf(path: string, classes: number): number[] {
  const [digits = ''] = /^(?:\d{4,}_)+/.exec(path.split('/').at(-1) ?? '') ?? [];
  return digits
    .split('_')
    .filter((each) => each !== '')
    .flatMap((each) => inRange(each, classes) ?? []);
}

/** What kind of picture it is: the name of the folder it lies in. */
export function kindOfPicture(path: string): string {
  return path.split('/').at(-2) ?? 'no folder';
}
