import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** More than the bot writes to its temporary folder, and filled in no time. */
const SIZE_BYTES = 8 * 2 ** 20;

/** A folder on a disk of its own, where that can be made (Linux, root): the machine's must not be filled. */
export class SmallDisk {
  readonly #folder: string;
  readonly #filling: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#filling = join(folder, 'filling');
  }

  /** Null where this machine lets nobody here make one. */
  static mount(folder: string): SmallDisk | null {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES}`, 'sorot-soak', folder], { stdio: 'ignore' });
      return new SmallDisk(folder);
    } catch {
      return null;
    }
  }

  /** To the last byte. */
  async fill(): Promise<void> {
    await writeFile(this.#filling, Buffer.alloc(SIZE_BYTES)).catch(() => undefined);
  }

  async free(): Promise<void> {
    await rm(this.#filling, { force: true });
  }

  unmount(): void {
    execFileSync('umount', [this.#folder]);
  }
}
