import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/sorot.js';

/** Real models and photos made by others: `../shared` beside the repository, or where `SOROT_SHARED` says. */
export const SHARED = process.env['SOROT_SHARED'] ?? join(ROOT, '..', 'shared');

export const MODELS = join(SHARED, 'models');
export const PHOTOS = join(SHARED, 'photos');

/** Names in a folder of the shared ones; without it none, and a notice of what is not tested. */
export function namesIn(folder: string): string[] {
  if (existsSync(folder)) return readdirSync(folder).sort();
  process.stderr.write(`conformance: ${folder} is absent, nothing in it is tested\n`);
  return [];
}
