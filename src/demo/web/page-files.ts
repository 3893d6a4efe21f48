import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** A file of the page: of the compiled modules below `page/`, else of the sources; null where there is none. */
export async function pageFile(context: Context, path: string): Promise<Response | null> {
  const [, kind] = PLAIN.exec(path) ?? [];
  const type = Object.entries(TYPES).find(([extension]) => extension === kind)?.[1];
  if (type === undefined) return null;
  const file = path.startsWith('page/') ? join(COMPILED, path.slice('page/'.length)) : join(SOURCES, path);
  try {
    // Asked for anew each time: it changes with the next build.
    return context.body(await readFile(file), 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' });
  } catch {
    return null;
  }
}
