import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds between two looks at the memory of a run. */
const LOOK_EVERY = 10;

/** How a command ended, and what it took. */
export interface Ran {
  readonly code: number | null;
  /** What it wrote for people to read about. */
  readonly stderr: string;
  readonly milliseconds: number;
  /** Megabytes: the largest sum of the peaks of processes that lived at the same time. Linux only. */
  readonly peak: number;
}

/** Megabytes that each process of a tree has had at its peak, together. */
async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const own = Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(peakOf));
  return below.reduce((sum, each) => sum + each, own);
}

/** A copy of the built program with a models folder and a cache of its own, both empty. */
export class Installation {
  readonly folder: string;
  readonly models: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.models = join(folder, 'models');
  }

  /** @param folder a new one. */
  static async make(folder: string): Promise<Installation> {
    const made = new Installation(folder);
    await mkdir(made.models, { recursive: true });
    await cp(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    for (const name of ['node_modules', 'package.json']) await symlink(join(ROOT, name), join(folder, name));
    return made;
  }

  /** Runs its `sorot` to its end. */
  async sorot(...given: readonly string[]): Promise<Ran> {
    const { PATH, HOME } = process.env;
    const started = performance.now();
    const child = spawn(process.execPath, [join(this.folder, 'dist', 'cli', 'index.js'), ...given], {
      cwd: this.folder,
      env: { PATH, HOME, SOROT_CACHE_DIR: join(this.folder, 'cache') },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const { pid, stderr } = child;
    if (pid === undefined) throw new Error('sorot did not start.');
    let peak = 0;
    const look = setInterval(() => {
      void peakOf(pid).then((now) => (peak = Math.max(peak, now)));
    }, LOOK_EVERY);
    try {
      const [complaint] = await Promise.all([text(stderr), once(child, 'close')]);
      return { code: child.exitCode, stderr: complaint, milliseconds: performance.now() - started, peak };
    } finally {
      clearInterval(look);
    }
  }
}
