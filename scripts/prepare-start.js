import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/*
 * What `npm start` does before the program runs. On a fresh machine it takes a while, and says what it is doing; later
 * there is little to do, and nothing is said. Plain JavaScript, as nothing is built yet.
 */

/** Milliseconds after which a step that should have little to do says what it is. */
const PATIENCE = 5000;

const WORDS = {
  en: {
    first: 'This is the first start, so a few things are made ready. The next ones are quick.',
    building: 'Building the program ...',
    models: 'Preparing the models ...',
    starting: 'Starting ...',
  },
  id: {
    first: 'Ini pertama kali dijalankan, jadi ada yang disiapkan dulu. Lain kali langsung jalan.',
    building: 'Menyiapkan program ...',
    models: 'Menyiapkan model ...',
    starting: 'Menjalankan Sorot ...',
  },
};

// As the demo's `languageOfSystem` has it.
const { LC_ALL = '', LANG = '' } = process.env;
const words = /^id(?:_|\.|$)/i.test(LC_ALL === '' ? LANG : LC_ALL) ? WORDS.id : WORDS.en;

const first = !existsSync('dist/main.js');
/** @type {string[]} */
const said = [];

/** @param {string} line */
function say(line) {
  process.stdout.write(`${said.length > 0 ? '' : '\n'}  ${line}\n`);
  said.push(line);
}

/** @type {unknown} */
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { scripts } = /** @type {{ scripts: Record<string, string | undefined> }} */ (manifest);

/**
 * Runs one of the package's scripts, and ends this process with its exit code where it fails. npm has put the commands
 * of packages into the path; another npm in between would only cost time.
 *
 * @param {string} script
 * @param {string} line
 */
async function step(script, line) {
  const patience = setTimeout(say, first ? 0 : PATIENCE, line);
  /** @type {number | null} */
  const code = await new Promise((resolve) => {
    spawn(scripts[script] ?? '', { shell: true, stdio: 'inherit' }).on('close', resolve);
  });
  clearTimeout(patience);
  if (code !== 0) process.exit(code ?? 1);
}

if (first) say(words.first);
await step('build:program', words.building);
await step('build:models', words.models);
if (said.length > 0) say(words.starting);
