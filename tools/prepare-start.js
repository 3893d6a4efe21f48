import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

// What `npm start` does before the program runs. On a fresh machine it takes a while, and says what it is doing; later
// there is little to do, and nothing is said. Plain JavaScript, as nothing is built yet.

/** Milliseconds after which a step that should have little to do says what it is. */
const PATIENCE = 5000;

const WORDS = {
  en: {
    first: 'This is the first start, so a few things are made ready. The next ones are quick.',
    building: 'Building the program ...',
    models: 'Compiling the models ...',
    starting: 'Starting ...',
  },
  id: {
    first: 'Ini pertama kali dijalankan, jadi ada yang disiapkan dulu. Lain kali langsung jalan.',
    building: 'Mem-build program ...',
    models: 'Mengompilasi model ...',
    starting: 'Menjalankan Sorot ...',
  },
};

// As the demo's `languageOfSystem` has it.
const { LC_ALL = '', LANG = '' } = process.env;
const words = /^id(?:_|\.|$)/i.test(LC_ALL === '' ? LANG : LC_ALL) ? WORDS.id : WORDS.en;

const first = !existsSync('dist/main.js');
let spoken = false;

function say(line) {
  process.stdout.write(`${spoken ? '' : '\n'}  ${line}\n`);
  spoken = true;
}

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));

/**
 * Runs one of the package's scripts, and ends this process with its exit code where it fails. npm has put the commands
 * of packages into the path; another npm in between would only cost time.
 */
async function step(script, line) {
  const patience = setTimeout(say, first ? 0 : PATIENCE, line);
  const [code] = await once(spawn(scripts[script], { shell: true, stdio: 'inherit' }), 'close');
  clearTimeout(patience);
  if (code !== 0) process.exit(code ?? 1);
}

if (first) say(words.first);
await step('build:program', words.building);
await step('build:models', words.models);
if (spoken) say(words.starting);
