/** Milliseconds between two looks. */
const LOOK_EVERY_MS = 500;

/** What is looked at is cut into so many pieces: one look is like the next, and says nothing new. */
const PIECES = 20;

export interface Look {
  readonly photos: number;
  readonly bytes: number;
}

/** What memory grows by with each photo, in bytes, and the standard error of that. */
export interface Slope {
  readonly bytes: number;
  readonly error: number;
}

function mean(looks: readonly Look[], of: keyof Look): number {
  return looks.reduce((sum, look) => sum + look[of], 0) / looks.length;
}

/** The straight line through the means of equal pieces of the last half of the photos, by least squares. */
export function slopeOfLastHalf(looks: readonly Look[]): Slope {
  const last = looks.at(-1)?.photos ?? 0;
  const half = looks.filter(({ photos }) => photos > last / 2);
  const piece = half.length / PIECES;
  const pieces = Array.from({ length: PIECES }, (_, index) => {
    const some = half.slice(Math.round(index * piece), Math.round((index + 1) * piece));
    return { photos: mean(some, 'photos'), bytes: mean(some, 'bytes') };
  });
  const [photos, bytes] = [mean(pieces, 'photos'), mean(pieces, 'bytes')];
  const spread = pieces.reduce((sum, each) => sum + (each.photos - photos) ** 2, 0);
  const slope = pieces.reduce((sum, each) => sum + (each.bytes - bytes) * (each.photos - photos), 0) / spread;
  const rest = pieces.reduce((sum, each) => sum + (each.bytes - bytes - slope * (each.photos - photos)) ** 2, 0);
  return { bytes: slope, error: Math.sqrt(rest / (PIECES - 2) / spread) };
}

/** Memory in use over the photos that were sent. */
export class MemoryCurve {
  readonly #looks: Look[] = [];
  readonly #timer: NodeJS.Timeout;

  /** @param bytes undefined where there is nothing to look at, as between two processes. */
  constructor(photos: () => number, bytes: () => number | undefined) {
    this.#timer = setInterval(() => {
      const seen = bytes();
      if (seen !== undefined) this.#looks.push({ photos: photos(), bytes: seen });
    }, LOOK_EVERY_MS);
  }

  end(): void {
    clearInterval(this.#timer);
  }

  /** Bytes. */
  get most(): number {
    return Math.max(...this.#looks.map(({ bytes }) => bytes));
  }

  get slope(): Slope {
    return slopeOfLastHalf(this.#looks);
  }
}
