import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { Server } from 'node:net';
import { vi } from 'vitest';

function refuse(what: string): () => never {
  return () => {
    throw new Error(`A unit test ${what}: name its file under NEEDS_THE_BUILD in vitest.config.ts.`);
  };
}

const noProcess = refuse('starts a process');
// Here, so that it holds for spawn, fork, exec and execFile, and for a pool that uses them.
Object.assign(ChildProcess.prototype, { spawn: noProcess });
Object.assign(childProcess, { spawnSync: noProcess, execSync: noProcess, execFileSync: noProcess });
Object.assign(Server.prototype, { listen: refuse('opens a server') });
// For those that import the functions by their names.
syncBuiltinESMExports();
// What it gives runs from `dist`, which may be missing or older than `src`.
vi.mock('./support/sorot.js', refuse('runs what is built'));
