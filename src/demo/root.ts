import { fileURLToPath } from 'node:url';

/** The package's folder, from `src/demo` as from `dist/demo`. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
