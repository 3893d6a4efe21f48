import { AnalysisError } from './reasons.js';

/** How much of the work under way is each person's, so that nobody has all of it. */
export class PersonShares {
  readonly #limit: number;
  readonly #shares = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Counts one more for a person.
   *
   * @returns what takes it off again.
   * @throws AnalysisError `busy` where the person has as much as one may have.
   */
  take(person: string): () => void {
    const share = this.#shares.get(person) ?? 0;
    if (share >= this.#limit) throw new AnalysisError('busy', `One person has ${share} photos in work.`);
    this.#shares.set(person, share + 1);
    return () => {
      const left = (this.#shares.get(person) ?? 1) - 1;
      if (left === 0) this.#shares.delete(person);
      else this.#shares.set(person, left);
    };
  }
}
