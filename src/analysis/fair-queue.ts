import type { Queue, QueueAddOptions } from 'p-queue';

type Run = () => Promise<unknown>;

export interface TurnOptions extends QueueAddOptions {
  /** Whose turn it takes. */
  readonly person: string;
}

/** What waits, as p-queue wants it: everybody's first comes before anybody's second. */
export class FairQueue implements Queue<Run, TurnOptions> {
  /** What waits for each, by its id; whose turn is next comes first. */
  readonly #people = new Map<string, Map<string, Run>>();

  get size(): number {
    return this.filter().length;
  }

  filter(): Run[] {
    return [...this.#people.values()].flatMap((own) => [...own.values()]);
  }

  enqueue(run: Run, { person = '', id = '' }: Partial<TurnOptions> = {}): void {
    this.#people.set(person, (this.#people.get(person) ?? new Map<string, Run>()).set(id, run));
  }

  dequeue(): Run | undefined {
    const [next] = this.#people;
    const [first] = next?.[1] ?? [];
    if (next === undefined || first === undefined) return undefined;
    const [person, own] = next;
    const [id, run] = first;
    this.remove(id);
    // Whoever still waits for something goes to the end of the round.
    if (this.#people.delete(person)) this.#people.set(person, own);
    return run;
  }

  remove(id: string): void {
    for (const [person, own] of this.#people) {
      if (own.delete(id) && own.size === 0) this.#people.delete(person);
    }
  }

  setPriority(): void {
    throw new Error('Nobody comes before the others.');
  }
}
