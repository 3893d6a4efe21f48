/** So often within this time, and it is no accident: two processes fight for the same token. */
const CONFLICT_AT = 3;
const WITHIN_MS = 10 * 60_000;

/** How often of late another process has taken away how updates come. */
export class Takeovers {
  #times: readonly number[] = [];

  /** Counts one. */
  add(now = performance.now()): void {
    this.#times = [...this.#recent(now), now];
  }

  /** Whether there were so many that somebody has to decide which process is to receive. */
  isConflict(now = performance.now()): boolean {
    return this.#recent(now).length >= CONFLICT_AT;
  }

  #recent(now: number): readonly number[] {
    return this.#times.filter((time) => now - time < WITHIN_MS);
  }
}
