import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'hono';
import { ROOT } from '../root.js';

/** What the page is made of. Anything else is not given out. */
const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  js: 'text/javascript; charset=utf-8',
} as const;

/** Plain names without a dot but the last, so that no path leads out of the folder. */
const PLAIN = /^(?:[\w-]+\/)*[\w-]+\.(html|css|svg|js)$/;

/** The page's own files, as they stand beside its modules; the modules as compiled. */
const SOURCES = join(ROOT, 'src', 'demo', 'page');
const COMPILED = join(ROOT, 'dist', 'demo', 'page');

/** What the page's modules import by name, as it is installed. */
const LIBRARY = ['preact', 'preact/hooks', 'preact/jsx-runtime'];

/** The script in the page that says where these names lead. */
export const IMPORT_MAP = importMapIn(readFileSync(join(SOURCES, 'index.html'), 'utf8'));

/**
 * A file of the page: of the compiled modules below `page/`, of the library below `library/`, else of the sources; null
 * where there is none.
 */
export async function pageFile(context: Context, path: string): Promise<Response | null> {
  const found = located(path);
  if (found === null) return null;
  try {
    // Asked for anew each time: it changes with the next build.
    const headers = { 'Content-Type': found.type, 'Cache-Control': 'no-cache' };
    return context.body(await readFile(found.file), 200, headers);
  } catch {
    return null;
  }
}

function located(path: string): { readonly file: string; readonly type: string } | null {
  const name = LIBRARY.find((each) => path === `library/${each}`);
  if (name !== undefined) return { file: fileURLToPath(import.meta.resolve(name)), type: TYPES.js };
  const [, kind] = PLAIN.exec(path) ?? [];
  const type = Object.entries(TYPES).find(([extension]) => extension === kind)?.[1];
  if (type === undefined) return null;
  const file = path.startsWith('page/') ? join(COMPILED, path.slice('page/'.length)) : join(SOURCES, path);
  return { file, type };
}

function importMapIn(html: string): string {
  const [, script] = /<script type="importmap">([^]*?)<\/script>/.exec(html) ?? [];
  if (script === undefined) throw new Error('The page has no import map.');
  return script;
}
