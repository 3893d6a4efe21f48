import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of each local Telegram its own, so many for each worker of the test runner: see `startBot`. */
const DATABASES = 16_384;

/** Gives the bots of end-to-end tests a Redis to share, in a folder of its own. */
export default async function setup(): Promise<() => Promise<void>> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  const folder = mkdtempSync(join(tmpdir(), 'sorot-test-redis-'));
  const where = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--databases', String(DATABASES)];
  const child = spawn('redis-server', [...where, '--appendonly', 'yes', '--save', '', '--loglevel', 'warning'], {
    stdio: 'inherit',
  });
  await once(child, 'spawn');
  process.env['SOROT_TEST_REDIS'] = `redis://127.0.0.1:${port}`;
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
}
