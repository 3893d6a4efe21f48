/** Work under way, by what it is about: whoever asks for the same meanwhile is given the same outcome. */
export class SingleFlight<T> {
  readonly #underWay = new Map<string, Promise<T>>();

  /** Does the work, or waits with those who asked for it before. */
  join(key: string, work: () => Promise<T>): Promise<T> {
    const known = this.#underWay.get(key);
    if (known !== undefined) return known;
    const begun = work().finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, begun);
    return begun;
  }
}
