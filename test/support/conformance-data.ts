import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './folders.js';

const { CONFORMANCE_DATA: named = '' } = process.env;

/** Models, photos and records made by others, which the repository does not hold. CONTRIBUTING.md has their list. */
const FOLDER = named === '' ? join(ROOT, '..', 'shared') : resolve(named);

/** Where a file or folder of that data is, or null where it is absent. */
export function conformancePath(path: string): string | null {
  const place = join(FOLDER, path);
  return existsSync(place) ? place : null;
}

/** As {@link conformancePath}; where it is absent, one line says what is skipped. */
export function conformanceData(path: string, skipped: string): string | null {
  const place = conformancePath(path);
  if (place === null) process.stderr.write(`${join(FOLDER, path)} is absent (CONFORMANCE_DATA), skipped: ${skipped}\n`);
  return place;
}

/** Names in a folder of that data, in order; none where it is absent. */
export function namesIn(folder: string | null): string[] {
  return folder === null ? [] : readdirSync(folder).sort();
}
