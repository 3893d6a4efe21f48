/** Takes back what was given. */
export type Release = () => void;

interface Waiting {
  readonly bytes: number;
  readonly begin: () => void;
}

/**
 * Bytes of photos that may be in work at a time. A photo of Telegram's own sizes is small and never waits; of files of
 * 20 MB one is fetched while none of the others is held, because each is held twice, here and in the vision process.
 */
export class ByteBudget {
  readonly #limit: number;
  #free: number;
  /** No longer than the queues of those who ask. */
  readonly #waiting: Waiting[] = [];

  constructor(limit: number) {
    this.#limit = limit;
    this.#free = limit;
  }

  /**
   * Waits until so many bytes are free, in the order of asking, and takes them. More than there are at all counts as all
   * there are.
   */
  async take(bytes: number): Promise<Release> {
    const wanted = Math.min(bytes, this.#limit);
    if (this.#waiting.length > 0 || wanted > this.#free) {
      await new Promise<void>((begin) => this.#waiting.push({ bytes: wanted, begin }));
    } else {
      this.#free -= wanted;
    }
    return () => {
      this.#free += wanted;
      this.#beginNext();
    };
  }

  #beginNext(): void {
    for (let [next] = this.#waiting; next !== undefined && next.bytes <= this.#free; [next] = this.#waiting) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.begin();
    }
  }
}
