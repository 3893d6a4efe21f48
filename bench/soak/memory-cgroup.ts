import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Memory as the kernel counts it for a group of processes, in bytes. */
export interface CgroupMemory {
  /** Without page cache that can be reclaimed, as Docker and Kubernetes count: less `inactive_file`. */
  readonly usage: number;
  /** Without any page cache: files that other processes read first count for the group once they had to be read again. */
  readonly withoutFiles: number;
  /** The most at any time, page cache and all; null before Linux 5.19 with cgroup v2, which does not keep it. */
  readonly peak: number | null;
  /** Processes that the kernel killed because the group had no more memory. */
  readonly oomKills: number;
}

/** This machine lets nobody here limit the memory of processes. */
export class NoCgroupError extends Error {
  override readonly name = 'NoCgroupError';
}

/** How the files of a version of cgroups are called. */
interface Files {
  readonly limit: string;
  /** The limit on memory and swap together (v1), or on swap alone (v2); absent where nothing swaps. */
  readonly swap: string;
  /** What to write there for no swap at all. */
  readonly noSwap: (limit: number) => number;
  readonly usage: string;
  readonly inactive: string;
  readonly active: string;
  readonly peak: string;
  readonly kills: string;
}

const V1: Files = {
  limit: 'memory.limit_in_bytes',
  swap: 'memory.memsw.limit_in_bytes',
  noSwap: (limit) => limit,
  usage: 'memory.usage_in_bytes',
  inactive: 'total_inactive_file',
  active: 'total_active_file',
  peak: 'memory.max_usage_in_bytes',
  kills: 'memory.oom_control',
};

const V2: Files = {
  limit: 'memory.max',
  swap: 'memory.swap.max',
  noSwap: () => 0,
  usage: 'memory.current',
  inactive: 'inactive_file',
  active: 'active_file',
  peak: 'memory.peak',
  kills: 'memory.events',
};

const MOUNT = '/sys/fs/cgroup';
const REMOVED_WITHIN_MS = 10_000;

/** A real memory cgroup with a limit, as a container has one: v2, or v1, whichever this machine offers. Linux only. */
export class MemoryCgroup {
  readonly #folder: string;
  readonly #files: Files;

  private constructor(folder: string, files: Files) {
    this.#folder = folder;
    this.#files = files;
  }

  /**
   * Makes a group whose processes may have so many bytes together, with no swap beside.
   *
   * @throws NoCgroupError with what the machine said, where none can be made
   */
  static create(name: string, limit: number): MemoryCgroup {
    const refusals: string[] = [];
    for (const { parent, files } of parents()) {
      const folder = join(parent, name);
      try {
        if (files === V2)
          attempt(() => {
            writeFileSync(join(parent, 'cgroup.subtree_control'), '+memory');
          });
        mkdirSync(folder);
        writeFileSync(join(folder, files.limit), String(limit));
        attempt(() => {
          writeFileSync(join(folder, files.swap), String(files.noSwap(limit)));
        });
        return new MemoryCgroup(folder, files);
      } catch (error) {
        refusals.push(error instanceof Error ? error.message : String(error));
        attempt(() => {
          rmdirSync(folder);
        });
      }
    }
    const why = refusals.length === 0 ? 'there is no memory controller' : refusals.join('; ');
    throw new NoCgroupError(
      `No memory cgroup can be made here (${why}). It takes Linux, and root or a delegated group.`,
    );
  }

  /** The command line that runs a command as a process of this group, from its first instruction on. */
  commandLine(command: string, ...parameters: string[]): [command: string, parameters: string[]] {
    const script = 'echo $$ > "$0" && exec "$@"';
    return ['/bin/sh', ['-c', script, join(this.#folder, 'cgroup.procs'), command, ...parameters]];
  }

  read(): CgroupMemory {
    const { usage: all, inactive, active, peak, kills } = this.#files;
    const highest = attempt(() => Number(this.#text(peak)));
    const stat = this.#text('memory.stat');
    const usage = Number(this.#text(all)) - fieldOf(stat, inactive);
    return {
      usage,
      withoutFiles: usage - fieldOf(stat, active),
      peak: highest ?? null,
      oomKills: fieldOf(this.#text(kills), 'oom_kill'),
    };
  }

  /** Ends every process that is still in the group, and the group. */
  async remove(): Promise<void> {
    const deadline = performance.now() + REMOVED_WITHIN_MS;
    while (
      attempt(() => {
        rmdirSync(this.#folder);
        return true;
      }) === undefined
    ) {
      if (performance.now() > deadline) throw new Error(`The cgroup ${this.#folder} cannot be removed.`);
      for (const pid of this.#text('cgroup.procs').split('\n').filter(Boolean)) {
        attempt(() => process.kill(Number(pid), 'SIGKILL'));
      }
      // No event tells that the kernel has let a group's last process go.
      await wait(10);
    }
  }

  #text(file: string): string {
    return readFileSync(join(this.#folder, file), 'utf8').trim();
  }
}

/**
 * Groups that one may be made in: the own one and those above, because with v2 one with processes in it takes none, and
 * in a container only the uppermost may be visible.
 */
function parents(): { parent: string; files: Files }[] {
  const groups = (attempt(() => readFileSync('/proc/self/cgroup', 'utf8')) ?? '').trim().split('\n');
  return groups.flatMap((line) => {
    const [, controllers, ...path] = line.split(':');
    const files = controllers === '' ? V2 : V1;
    if (files === V1 && controllers?.split(',').includes('memory') !== true) return [];
    const mount = files === V2 ? MOUNT : join(MOUNT, 'memory');
    return upwards(path.join(':')).map((group) => ({ parent: join(mount, group), files }));
  });
}

/** A group outside of what this process can see is written with `..`. */
function upwards(group: string): string[] {
  return group === '/' || group.includes('..') ? ['/'] : [group, ...upwards(dirname(group))];
}

function fieldOf(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? NaN);
}

/** What it gives; undefined where it fails. */
function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined;
  }
}
