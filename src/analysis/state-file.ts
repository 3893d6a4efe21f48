import { open, readFile, rename, stat } from 'node:fs/promises';
import * as v from 'valibot';
import type { Log } from '../log.js';

/** How long a change waits for others before they are written together, in milliseconds. */
const TOGETHER_MS = 1000;

/** Far more than the bounds of what is kept come to, in bytes; a file beyond it is another one. */
const MOST_BYTES = 64 * 2 ** 20;

/** Nobody else on the machine reads which chats there are. */
const PRIVATE = 0o600;

const STATE = v.object({
  version: v.literal(1),
  kept: v.record(v.string(), v.array(v.tuple([v.string(), v.unknown()]))),
});

type Entries = readonly (readonly [key: string, value: unknown])[];

/** The file cannot be read or written, and what is chosen would be lost without a word. */
export class StateFileError extends Error {
  readonly code = 'state-file';
}

/**
 * What outlives the process, as JSON in a file: read once, then written whole a moment after each change. A process that
 * is killed loses that moment; the file is never half written.
 */
export class StateFile {
  readonly #path: string;
  readonly #log: Log;
  readonly #found: Readonly<Record<string, Entries>>;
  readonly #followed = new Map<string, () => Entries>();
  #soon: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, log: Log, found: Readonly<Record<string, Entries>>) {
    this.#path = path;
    this.#log = log;
    this.#found = found;
  }

  /**
   * Reads the file, and writes it at once: whether that is possible is better known now than at the first change. One that
   * makes no sense is set aside under another name.
   *
   * @throws StateFileError where it cannot be read or written.
   */
  static async open(path: string, log: Log): Promise<StateFile> {
    try {
      const file = new StateFile(path, log, await readState(path, log));
      await file.#write(JSON.stringify({ version: 1, kept: file.#found }));
      return file;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StateFileError(`STATE_FILE cannot be used: ${why}`, { cause: error });
    }
  }

  /** What the file held of a kind when it was read. */
  read(kind: string): Entries {
    return this.#found[kind] ?? [];
  }

  /** Where to look for what is to be written of a kind. */
  follow(kind: string, entries: () => Entries): void {
    this.#followed.set(kind, entries);
  }

  /** Something of what is followed has changed. */
  changed(): void {
    this.#soon ??= setTimeout(() => {
      this.#flush();
    }, TOGETHER_MS);
  }

  /** Writes what has not been written yet. */
  async close(): Promise<void> {
    if (this.#soon !== null) this.#flush();
    await this.#writing;
  }

  #flush(): void {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
    const kept = { ...this.#found, ...Object.fromEntries([...this.#followed].map(([kind, of]) => [kind, of()])) };
    const text = JSON.stringify({ version: 1, kept });
    this.#writing = this.#writing
      .then(() => this.#write(text))
      .catch((error: unknown) => {
        this.#log.error({ err: error }, 'the settings of chats could not be written to STATE_FILE');
      });
  }

  async #write(text: string): Promise<void> {
    const draft = `${this.#path}.new`;
    const file = await open(draft, 'w', PRIVATE);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#path);
  }
}

async function readState(path: string, log: Log): Promise<Readonly<Record<string, Entries>>> {
  const size = await stat(path).then(
    (entry) => entry.size,
    (error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
      throw error;
    },
  );
  if (size === 0) return {};
  try {
    if (size > MOST_BYTES) throw new RangeError(`${size} bytes are too many`);
    return v.parse(STATE, JSON.parse(await readFile(path, 'utf8'))).kept;
  } catch (error) {
    const aside = `${path}.unreadable`;
    await rename(path, aside);
    log.error({ err: error, aside }, 'STATE_FILE makes no sense and was set aside: chats begin without settings');
    return {};
  }
}
