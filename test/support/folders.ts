import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of everything that the test file of now makes. */
let workplace: string | null = null;

/** A new folder that is removed after the test file. */
export async function newFolder(): Promise<string> {
  workplace ??= mkdtempSync(join(tmpdir(), 'sorot-test-'));
  return mkdtemp(join(workplace, 'folder-'));
}

/** Removes every folder made so far. */
export function removeFolders(): void {
  if (workplace !== null) rmSync(workplace, { recursive: true, force: true });
  workplace = null;
}

/** Writes a file into a new folder and gives its path. */
export async function newFile(name: string, content: Uint8Array): Promise<string> {
  const path = join(await newFolder(), name);
  await writeFile(path, content);
  return path;
}

export type GoldenName =
  | 'flatten-dense'
  | 'graph'
  | 'linear-output'
  | 'many-sigmoids'
  | 'nested-backbone'
  | 'one-sigmoid'
  | 'pooling-dense'
  | 'quantised';

/** The folder of a golden model, as it stands in the repository. */
export function goldenFolder(name: GoldenName): string {
  return join(ROOT, 'test', 'golden', name);
}
