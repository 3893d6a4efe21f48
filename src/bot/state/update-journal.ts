import { closeSync, openSync, readFileSync, renameSync, statSync, writeFileSync, writeSync } from 'node:fs';
import type { Log } from '../../log.js';

/** So many answered updates are written down: more than Telegram gives again with one that is not. */
const ANSWERED = 200;

/** So many updates under way are written down: more than the analysis works on at a time. */
const UNDER_WAY = 100;

/** An update whose work saw the whole process die so often is not worked on again. */
const DEADLY = 2;

/** Telegram keeps an update for a day. */
const DAY_MS = 86_400_000;

/** The file is written anew when it has come to so many bytes: some thousand lines. */
const MOST_BYTES = 16 * 1024;

/**
 * A line of the file is one of these words and an update's number: work on it began, ended, saw a process die, or it was
 * answered.
 */
const WORDS = ['begun', 'ended', 'died', 'answered'] as const;

type Word = (typeof WORDS)[number];

/** What is known of updates. */
class Known {
  readonly working = new Set<number>();
  readonly deaths = new Map<number, number>();
  readonly answered = new Set<number>();

  note(word: Word, update: number): void {
    switch (word) {
      case 'begun':
        this.working.add(update);
        break;
      case 'ended':
        this.working.delete(update);
        break;
      case 'died':
        this.deaths.set(update, (this.deaths.get(update) ?? 0) + 1);
        break;
      case 'answered':
        this.deaths.delete(update);
        this.answered.add(update);
        for (const oldest of this.answered) {
          if (this.answered.size <= ANSWERED) break;
          this.answered.delete(oldest);
        }
    }
  }

  /** The lines that say all this, the oldest left out where there are too many. */
  lines(): string {
    const of = (word: Word, updates: Iterable<number>): string[] =>
      Array.from(updates, (update) => `${word} ${update}\n`);
    const died = [...this.deaths].slice(-UNDER_WAY).flatMap(([update, times]) => Array<number>(times).fill(update));
    const working = [...this.working].slice(0, UNDER_WAY);
    return [...of('answered', this.answered), ...of('died', died), ...of('begun', working)].join('');
  }
}

/** What the lines of a file say; those that make no sense say nothing, the last one of a killed process for one. */
function read(file: string | null): Known {
  const known = new Known();
  if (file === null) return known;
  try {
    if (Date.now() - statSync(file).mtimeMs >= DAY_MS) return known;
    for (const line of readFileSync(file, 'utf8').split('\n')) {
      const [, word, update] = /^([a-z]+) (\d+)$/.exec(line) ?? [];
      const meant = WORDS.find((each) => each === word);
      if (meant !== undefined) known.note(meant, Number(update));
    }
  } catch {
    // None yet, or none that can be read: then nothing is known of the process before.
  }
  return known;
}

/**
 * What the next process has to know if this one is killed, in a small file: which updates have been answered although
 * Telegram may give them again, and which were worked on, because one of them may be what killed it. A line is added for
 * each event: to put a file in the place of another takes a disk milliseconds, in which nobody else is answered.
 */
export class UpdateJournal {
  readonly #file: string | null;
  readonly #log: Log;
  readonly #known: Known;
  /** Null where the file cannot be written. */
  #descriptor: number | null = null;
  #bytes = 0;
  #broken = false;

  /** @param file null where a queue knows all this. */
  constructor(file: string | null, log: Log) {
    this.#file = file;
    this.#log = log;
    this.#known = read(file);
    const { working } = this.#known;
    for (const id of working) this.#known.note('died', id);
    // What this process dies of before it works on anything is none of theirs.
    working.clear();
    this.#writeAnew();
  }

  /** Whether the process before, or this one, has answered an update. */
  wasAnswered(update: number): boolean {
    return this.#known.answered.has(update);
  }

  /** Whether the work on an update saw the whole process die twice. */
  isDeadly(update: number): boolean {
    return (this.#known.deaths.get(update) ?? 0) >= DEADLY;
  }

  /** The work on what an update asks for begins; it may be the last thing that this process does. */
  begin(update: number): void {
    if (!this.#known.working.has(update)) this.#note('begun', update);
  }

  /** It has ended, if it had begun. */
  end(update: number): void {
    if (this.#known.working.has(update)) this.#note('ended', update);
  }

  answered(update: number): void {
    this.#note('answered', update);
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #note(word: Word, update: number): void {
    this.#known.note(word, update);
    if (this.#descriptor === null || this.#bytes > MOST_BYTES) this.#writeAnew();
    else this.#write(this.#descriptor, `${word} ${update}\n`);
  }

  #write(descriptor: number, lines: string): void {
    try {
      this.#bytes += writeSync(descriptor, lines);
    } catch (error) {
      // Half a line may be there: the next one begins a file of its own.
      this.close();
      this.#fail(error);
    }
  }

  #writeAnew(): void {
    if (this.#file === null) return;
    this.close();
    try {
      // Beside it and then in its place: a process may die while it writes.
      const draft = `${this.#file}.${process.pid}`;
      const lines = this.#known.lines();
      writeFileSync(draft, lines, { mode: 0o600 });
      renameSync(draft, this.#file);
      this.#descriptor = openSync(this.#file, 'a');
      this.#bytes = lines.length;
      this.#broken = false;
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#broken) this.#log.warn({ err: error }, 'updates under way cannot be written down');
    this.#broken = true;
  }
}
