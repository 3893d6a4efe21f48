import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The path of a browser, or null where there is none. */
    readonly chromium: string | null;
  }
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `CHROMIUM_PATH` where it is set, else the first browser of a known name in `PATH`. */
function findChromium(): string | undefined {
  const { CHROMIUM_PATH = '', PATH = '' } = process.env;
  const inPath = NAMES.flatMap((name) => PATH.split(delimiter).map((folder) => join(folder, name)));
  return (CHROMIUM_PATH === '' ? inPath : [CHROMIUM_PATH]).find(isExecutable);
}

/** Looks for a browser once for all files, so that there is one notice where there is none. */
export default function setup(project: TestProject): void {
  const found = findChromium();
  if (found === undefined) {
    process.stderr.write('\nNo Chromium found: the browser tests are skipped. Install it, or set CHROMIUM_PATH.\n\n');
  }
  project.provide('chromium', found ?? null);
}
