/** How much of something each person has at the moment; who has nothing is forgotten. */
export class Shares {
  readonly #people = new Map<string, number>();

  of(person: string): number {
    return this.#people.get(person) ?? 0;
  }

  people(): Iterable<readonly [person: string, share: number]> {
    return this.#people;
  }

  /** Counts one more of a person while work lasts. */
  async during<T>(person: string, work: () => Promise<T>): Promise<T> {
    this.#people.set(person, this.of(person) + 1);
    try {
      return await work();
    } finally {
      const left = this.of(person) - 1;
      if (left === 0) this.#people.delete(person);
      else this.#people.set(person, left);
    }
  }
}
