import type { Watcher } from '../evaluation/watching.js';
import { Progress } from './progress.js';
import { sayNotes } from './note-text.js';
import { say } from './output.js';

/** Files named on stderr at most; the rest are counted. */
const MOST_NAMED = 10;

/** How far it is, where a person watches, and the files that were left out. */
export class TerminalWatcher implements Watcher {
  readonly noted = sayNotes;
  readonly #progress = new Progress();
  readonly #named: string[] = [];
  #refused = 0;
  #total = 0;
  #done = 0;

  total(steps: number): void {
    this.#total = steps;
  }

  done(steps: number): void {
    this.#done += steps;
    this.#progress.show(this.#done, this.#total);
  }

  refused(file: string, message: string): void {
    this.#refused += 1;
    if (this.#named.length < MOST_NAMED) this.#named.push(`${file}: ${message}`);
  }

  /** Takes the bar away and names what was left out. */
  end(): number {
    this.#progress.end();
    this.#named.forEach(say);
    if (this.#refused > MOST_NAMED) say(`and ${this.#refused - MOST_NAMED} more files were left out`);
    return this.#refused;
  }
}
