/** Milliseconds between two looks. */
const LOOK_EVERY_MS = 500;

interface Look {
  readonly photos: number;
  readonly bytes: number;
}

/** Memory in use over the photos that were sent. */
export class MemoryCurve {
  readonly #looks: Look[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(look: () => Look) {
    this.#timer = setInterval(() => this.#looks.push(look()), LOOK_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Bytes. */
  get most(): number {
    return Math.max(...this.#looks.map(({ bytes }) => bytes));
  }

  /** Bytes by which it grows with each photo of the last half, by least squares. */
  get slopeOfLastHalf(): number {
    const half = (this.#looks.at(-1)?.photos ?? 0) / 2;
    const looks = this.#looks.filter(({ photos }) => photos > half);
    const mean = (of: keyof Look): number => looks.reduce((sum, look) => sum + look[of], 0) / looks.length;
    const [photos, bytes] = [mean('photos'), mean('bytes')];
    const above = looks.reduce((sum, look) => sum + (look.photos - photos) * (look.bytes - bytes), 0);
    const below = looks.reduce((sum, look) => sum + (look.photos - photos) ** 2, 0);
    return above / below;
  }
}
