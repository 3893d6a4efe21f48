import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, symlink, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { newFolder, ROOT } from './folders.js';
import type { Finished } from './sorot.js';

/**
 * A copy of the built program with a models folder of its own, in which nothing is but what a test puts there: what is
 * added to the models folder of the repository, other tests would see.
 */
export class Installation {
  readonly folder: string;
  readonly models: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.models = join(folder, 'models');
  }

  static async make(): Promise<Installation> {
    const made = new Installation(await newFolder());
    await cp(join(ROOT, 'dist'), join(made.folder, 'dist'), { recursive: true });
    for (const name of ['node_modules', 'package.json', 'src'])
      await symlink(join(ROOT, name), join(made.folder, name));
    await mkdir(made.models);
    await symlink(join(ROOT, 'models', 'imagenet-1000'), join(made.models, 'imagenet-1000'));
    return made;
  }

  /** One of its modules, with its models folder. */
  async module<T>(path: string): Promise<T> {
    return (await import(join(this.folder, 'dist', path))) as T;
  }

  /** Runs its `sorot` in its own folder. */
  sorot(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return this.run('cli/index.js', args, env);
  }

  /** Runs one of its programs in its own folder. */
  async run(path: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [join(this.folder, 'dist', path), ...args],
        { cwd: this.folder, env: { ...process.env, MODEL: undefined, ...env } },
        (_error, stdout, stderr) => {
          resolve({ code: child.exitCode, stdout, stderr });
        },
      );
    });
  }

  /** Runs its `sorot` until something appears in its models folder, sends it a signal, and gives how it ended. */
  async interrupted(args: readonly string[], signal: NodeJS.Signals): Promise<NodeJS.Signals | null> {
    const child = spawn(process.execPath, [join(this.folder, 'dist', 'cli', 'index.js'), ...args], {
      cwd: this.folder,
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const watching = new AbortController();
    void ended.then(() => {
      watching.abort();
    });
    const changes = watch(this.models, { signal: watching.signal })[Symbol.asyncIterator]();
    await changes.next();
    child.kill(signal);
    return (await ended)[1] as NodeJS.Signals | null;
  }
}
