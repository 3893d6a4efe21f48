import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LocalTelegram } from 'local-telegram';

// Builds the image by its Dockerfile, measures it, and has a photo answered in it. Podman does that without a daemon;
// this needs root and Linux, and uses a store of images of its own, which is removed at the end. `--stand-ins` makes the
// base images here instead of pulling them.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PHOTO = join(ROOT, 'src/demo/examples/cat.jpg');
const TOKEN = '123456789:IMAGE-token_abcdefghijklmnopqrstuvwx';
const IMAGE = 'localhost/sorot';

/** Bounds: the root file system in megabytes of 10^6 bytes, and milliseconds from the command to ready. */
const MAX_MEGABYTES = 350;
const MAX_START = 2500;

/** An odd number, of which the median is taken. */
const STARTS = 5;

/** Milliseconds after which a container that is not ready will not be. */
const PATIENCE = 60_000;

const store = mkdtempSync(join(tmpdir(), 'sorot-image-'));
// No systemd is needed: runc makes the container's cgroup itself.
const PODMAN = [
  ...['--root', join(store, 'root'), '--runroot', join(store, 'run'), '--tmpdir', join(store, 'tmp')],
  ...['--runtime', 'runc', '--cgroup-manager', 'cgroupfs', '--log-level', 'fatal'],
];

function podman(...given) {
  return execFileSync('podman', [...PODMAN, ...given], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

/** Mounts for the build alone, so that npm works in it as it does here: registry, proxy and certificates. */
function npmSettings() {
  const setting = (name) => execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim();
  const certificates = setting('cafile');
  const own = join(process.env.HOME ?? '/root', '.npmrc');
  const lines = [
    existsSync(own) ? readFileSync(own, 'utf8') : '',
    `registry=${setting('registry')}`,
    ...(existsSync(certificates) ? ['cafile=/run/certificates.crt'] : []),
  ];
  const file = join(store, 'npmrc');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return [
    ...['--volume', `${file}:/root/.npmrc:ro`],
    ...(existsSync(certificates) ? ['--volume', `${certificates}:/run/certificates.crt:ro`] : []),
  ];
}

/** Bytes that the files of the image's root take on a disk, its base included. */
function megabytes() {
  const root = podman('image', 'mount', IMAGE);
  const kilobytes = Number(execFileSync('du', ['-skx', root], { encoding: 'utf8' }).split('\t')[0]);
  podman('image', 'unmount', IMAGE);
  return (kilobytes * 1024) / 1e6;
}

/** What every run has: nothing but /tmp can be written, and the memory is what the smallest containers have. */
const CONFINED = [
  ...['--network', 'host', '--read-only', '--tmpfs', '/tmp:size=64m', '--memory', '512m', '--no-healthcheck'],
  ...['--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  // Podman's own would be more than a container may have in which this runs.
  ...['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096'],
];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function isReady(port) {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}

/** Starts the bot in a container, does the work, and ends it as a host does. */
async function withContainer(telegram, work) {
  const port = await freePort();
  const settings = { BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: telegram.root, HOST: '127.0.0.1', PORT: String(port) };
  const variables = Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const started = performance.now();
  const command = spawn('podman', [...PODMAN, 'run', '--name', 'sorot', ...CONFINED, ...variables, IMAGE], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(command, 'exit');
  while (!(await isReady(port))) {
    if (command.exitCode !== null || performance.now() - started > PATIENCE) throw new Error('The bot is not ready.');
    await pause(5);
  }
  const milliseconds = performance.now() - started;
  await work(milliseconds);
  podman('stop', '--time', '30', 'sorot');
  const [code] = await ended;
  podman('rm', 'sorot');
  if (code !== 0) throw new Error(`The bot ended with ${code} after SIGTERM.`);
}

/** Sends a photo, and waits for its prediction and its heatmap. */
async function photoIsAnswered(telegram) {
  const person = telegram.addUser({ firstName: 'Ayu', languageCode: 'en' });
  const chat = telegram.privateChat(person);
  const sent = performance.now();
  await telegram.sendPhoto(person, chat, readFileSync(PHOTO));
  const { payload } = await telegram.waitForCall('sendMessage');
  const predicted = performance.now();
  await telegram.waitForCall('sendPhoto');
  const [prediction, heatmap] = [predicted - sent, performance.now() - sent].map(Math.round);
  say(`answer: ${String(payload.text).split('\n')[0]} (${prediction} ms), heatmap (${heatmap} ms)`);
}

/** What the image's own health check says. */
function isHealthy() {
  const [, ...check] = JSON.parse(podman('image', 'inspect', '--format', '{{json .HealthCheck.Test}}', IMAGE));
  podman('exec', 'sorot', ...check);
  say(`health check: ${check.join(' ')}: well`);
}

/** That nothing was left out that another engine or a model of one's own needs. */
function otherWaysWork() {
  const mounts = ['--volume', `${PHOTO}:/photo.jpg:ro`, '--volume', `${join(ROOT, 'test/golden')}:/golden:ro`];
  const explain = ['node', 'bin/sorot.js', 'explain', '/photo.jpg', '--out', '/tmp/heatmap.jpg'];
  for (const way of [
    ['--backend', 'wasm'],
    ['--backend', 'cpu'],
    ['--model', '/golden/pooling-dense'],
  ]) {
    podman('run', '--rm', ...CONFINED, ...mounts, IMAGE, ...explain, ...way);
    say(`sorot explain ${way.join(' ')}: done`);
  }
  podman('run', '--rm', ...CONFINED, IMAGE, 'node', '--eval', 'require("pino-pretty")');
}

async function run() {
  if (process.argv.includes('--stand-ins')) {
    say('Making the base images ...');
    execFileSync(join(ROOT, 'tools/image/stand-ins.sh'), ['podman', ...PODMAN], { stdio: 'inherit' });
  }
  say('Building ...');
  const options = ['--isolation', 'chroot', '--format', 'docker', '--pull=missing', ...npmSettings()];
  execFileSync('podman', [...PODMAN, 'build', ...options, '--tag', IMAGE, ROOT], { stdio: 'inherit' });

  const size = megabytes();
  say(`size: ${size.toFixed(1)} MB (at most ${MAX_MEGABYTES})`);

  const telegram = await LocalTelegram.start({ token: TOKEN });
  const starts = [];
  for (let start = 1; start <= STARTS; start++) {
    await withContainer(telegram, async (milliseconds) => {
      starts.push(Math.round(milliseconds));
      if (start < STARTS) return;
      isHealthy();
      await photoIsAnswered(telegram);
    });
  }
  await telegram.close();
  const median = starts.toSorted((a, b) => a - b)[(STARTS - 1) / 2];
  say(`start to ready: ${starts.join(', ')} ms, median ${median} (at most ${MAX_START})`);

  otherWaysWork();
  if (size > MAX_MEGABYTES || median > MAX_START) process.exitCode = 1;
}

try {
  await run();
} finally {
  podman('rm', '--all', '--force');
  podman('rmi', '--all', '--force');
  rmSync(store, { recursive: true, force: true });
}
