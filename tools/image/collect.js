import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeFileTrace } from '@vercel/nft';

// The last step of building the image: copies what the bot and its command line load into a folder, the first argument.
// Of 700 MB in node_modules they load a tenth.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Production has no demo. */
const DEMO = 'dist/demo/';

/** Files that are read, not loaded, or that the license of what is loaded wants beside it. */
const WHOLE = ['package.json', 'LICENSE', 'models', 'dist/compiled'];
const LICENSES = /^(?:licen[cs]e|copying|notice|thirdpartynotices)/i;

async function filesIn(folder) {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

const programs = (await filesIn('dist')).filter((file) => file.endsWith('.js') && !file.startsWith(join(ROOT, DEMO)));
const { fileList } = await nodeFileTrace([...programs, 'bin/sorot.js', 'tools/image/healthcheck.js'], {
  base: ROOT,
  processCwd: ROOT,
  ignore: [`${DEMO}**`],
  // Modules that `import` and call a `require` of their own, as the fonts and TensorFlow.js are found.
  mixedModules: true,
});

const packages = new Set(
  [...fileList].flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
);
const licenses = await Promise.all(
  [...packages].map(async (folder) =>
    (await readdir(join(ROOT, folder))).filter((name) => LICENSES.test(name)).map((name) => join(folder, name)),
  ),
);

const [, , target] = process.argv;
for (const file of new Set([...WHOLE, ...fileList, ...licenses.flat()])) {
  await cp(join(ROOT, file), join(target, file), { recursive: true });
}
