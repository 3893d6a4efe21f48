import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `npm run tensorflow`: puts @tensorflow/tfjs-node, which the backend "tensorflow" needs, into node_modules. Its library is
// downloaded as its own install script does, or taken out of a Python package where that place cannot be reached, and is
// kept in the cache folder, as `npm ci` takes the package away again. With `--if-made` nothing is made: exit code 3 says that
// none is kept.

const VERSION = '4.22.0';

/** The newest of Python's packages whose library has the functions that the binding calls. */
const WHEEL = { name: 'tensorflow-cpu==2.12.0', platform: 'manylinux2014_x86_64', python: '3.11' };

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE = join(ROOT, 'node_modules/@tensorflow/tfjs-node');

/** What the install script adds to the package: the library, and the binding, which fits every version of Node. */
const MADE = ['deps', 'lib'];

const { XDG_CACHE_HOME: base = join(homedir(), '.cache'), SOROT_CACHE_DIR: cache = join(base, 'sorot') } = process.env;
const KEPT = join(cache, `tfjs-node-${VERSION}-${process.platform}-${process.arch}`);

const say = (line) => process.stdout.write(`${line}\n`);

/** Runs a command to its end, and throws where it fails. */
async function run(command, args, { cwd = ROOT, env = {}, stdio = 'inherit' } = {}) {
  const path = [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(process.platform === 'win32' ? ';' : ':');
  const child = spawn(command, args, { cwd, stdio, env: { ...process.env, PATH: path, ...env } });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

/** Whether the package is there and computes, in a process of its own. */
async function works() {
  const program = `require('node:util').isNullOrUndefined = (value) => value == null;
    if (require('@tensorflow/tfjs-node').add(1, 2).dataSync()[0] !== 3) process.exit(1);`;
  return run(process.execPath, ['-e', program], { stdio: 'ignore' }).then(
    () => true,
    () => false,
  );
}

/** Puts the library of Python's package where the install script would, and compiles the binding. */
async function fromPython() {
  const folder = mkdtempSync(join(tmpdir(), 'sorot-tensorflow-'));
  try {
    const { name, platform, python } = WHEEL;
    const chosen = ['--no-deps', '--only-binary=:all:', '--platform', platform, '--python-version', python];
    await run('python3', ['-m', 'pip', 'download', '--quiet', ...chosen, '--dest', folder, name]);
    const unpack = `import glob, sys, zipfile
wheel = zipfile.ZipFile(glob.glob(sys.argv[1] + '/*.whl')[0])
wanted = ('tensorflow/include/tensorflow/', 'tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
wheel.extractall(sys.argv[1], [name for name in wheel.namelist() if name.startswith(wanted)])`;
    await run('python3', ['-c', unpack, folder]);
    const lib = join(PACKAGE, 'deps/lib');
    mkdirSync(lib, { recursive: true });
    cpSync(join(folder, 'tensorflow/include'), join(PACKAGE, 'deps/include'), { recursive: true });
    for (const file of ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']) {
      cpSync(join(folder, 'tensorflow', file), join(lib, file));
    }
    symlinkSync('libtensorflow_cc.so.2', join(lib, 'libtensorflow.so'));
    symlinkSync('libtensorflow_framework.so.2', join(lib, 'libtensorflow_framework.so'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  // Node's headers lie beside most installations of it; where they do not, they are fetched.
  const node = dirname(dirname(process.execPath));
  const env = existsSync(join(node, 'include/node/node_api.h')) ? { npm_config_nodedir: node } : {};
  await run('node-pre-gyp', ['install', '--build-from-source'], { cwd: PACKAGE, env });
  rmSync(join(PACKAGE, 'deps/include'), { recursive: true });
}

async function make() {
  try {
    await run(process.execPath, ['scripts/install.js'], { cwd: PACKAGE, stdio: 'ignore' });
    if (await works()) return;
  } catch {
    // Said below, where there is no other way either.
  }
  for (const each of MADE) rmSync(join(PACKAGE, each), { recursive: true, force: true });
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('its library could not be downloaded from where it is published, nor compiled against');
  }
  say('Its library cannot be downloaded from where it is published: it is taken out of Python’s package instead.');
  await fromPython();
}

/** Copies what was made between the package and the cache folder, whole or not at all. */
function copyMade(from, to) {
  mkdirSync(to, { recursive: true });
  for (const each of MADE) {
    const partial = join(to, `${each}.partial`);
    rmSync(partial, { recursive: true, force: true });
    cpSync(join(from, each), partial, { recursive: true, verbatimSymlinks: true });
    rmSync(join(to, each), { recursive: true, force: true });
    renameSync(partial, join(to, each));
  }
}

const kept = MADE.every((each) => existsSync(join(KEPT, each)));
if (process.argv.includes('--if-made') && !kept) process.exit(3);

try {
  if (!(await works())) {
    const offline = kept ? ['--prefer-offline'] : [];
    const install = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', ...offline];
    await run('npm', [...install, `@tensorflow/tfjs-node@${VERSION}`]);
    if (kept) copyMade(KEPT, PACKAGE);
    else await make();
    if (!(await works())) throw new Error('it was made, but does not compute');
    if (!kept) copyMade(PACKAGE, KEPT);
  }
  say(
    '@tensorflow/tfjs-node is installed: BACKEND=tensorflow and `--backend tensorflow` work now. `npm ci` takes it away.',
  );
} catch (error) {
  process.stderr.write(`@tensorflow/tfjs-node could not be installed: ${error.message}\n`);
  process.exitCode = 1;
}
