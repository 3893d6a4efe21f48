import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Log } from '../../log.js';

/** So many answered updates are written down: more than Telegram gives again with one that is not. */
const ANSWERED = 200;

/** So many updates under way are written down: more than the analysis works on at a time. */
const UNDER_WAY = 100;

/** An update whose work saw the whole process die so often is not worked on again. */
const DEADLY = 2;

/** Telegram keeps an update for a day. */
const DAY_MS = 86_400_000;

/** The file's content: numbers of updates, those under way, and of how many processes that died while it was. */
const Content = v.object({
  working: v.array(v.number()),
  deaths: v.array(v.tuple([v.number(), v.number()])),
  answered: v.array(v.number()),
});

function read(file: string): v.InferOutput<typeof Content> {
  try {
    if (Date.now() - statSync(file).mtimeMs < DAY_MS) return v.parse(Content, JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // None yet, or not one of ours: then nothing is known of the process before.
  }
  return { working: [], deaths: [], answered: [] };
}

/**
 * What the next process has to know if this one is killed, in a small file: which updates have been answered although
 * Telegram may give them again, and which were worked on, because one of them may be what killed it.
 */
export class UpdateJournal {
  readonly #file: string;
  readonly #log: Log;
  readonly #deaths: Map<number, number>;
  readonly #working = new Set<number>();
  readonly #answered: Set<number>;
  #broken = false;
  #late = false;

  constructor(file: string, log: Log) {
    this.#file = file;
    this.#log = log;
    const { working, deaths, answered } = read(file);
    this.#answered = new Set(answered);
    this.#deaths = new Map(deaths);
    for (const id of working) this.#deaths.set(id, (this.#deaths.get(id) ?? 0) + 1);
    for (const id of answered) this.#deaths.delete(id);
    // What this process dies of before it works on anything is none of theirs.
    if (working.length > 0) this.#write();
  }

  /** Whether the process before, or this one, has answered an update. */
  wasAnswered(update: number): boolean {
    return this.#answered.has(update);
  }

  /** Whether the work on an update saw the whole process die twice. */
  isDeadly(update: number): boolean {
    return (this.#deaths.get(update) ?? 0) >= DEADLY;
  }

  /** The work on what an update asks for begins; it may be the last thing that this process does. */
  begin(update: number): void {
    this.#working.add(update);
    this.#write();
  }

  /** It has ended, if it had begun. */
  end(update: number): void {
    if (this.#working.delete(update)) this.#writeLater();
  }

  answered(update: number): void {
    this.#answered.add(update);
    this.#deaths.delete(update);
    for (const oldest of this.#answered) {
      if (this.#answered.size <= ANSWERED) break;
      this.#answered.delete(oldest);
    }
    this.#writeLater();
  }

  #writeLater(): void {
    if (this.#late) return;
    this.#late = true;
    setImmediate(() => {
      this.#write();
    });
  }

  #write(): void {
    this.#late = false;
    const content = {
      working: [...this.#working].slice(0, UNDER_WAY),
      deaths: [...this.#deaths].slice(-UNDER_WAY),
      answered: [...this.#answered],
    };
    try {
      // Beside it and then in its place: a process may die while it writes.
      const draft = `${this.#file}.${process.pid}`;
      writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
      renameSync(draft, this.#file);
      this.#broken = false;
    } catch (error) {
      if (!this.#broken) this.#log.warn({ err: error }, 'updates under way cannot be written down');
      this.#broken = true;
    }
  }
}
