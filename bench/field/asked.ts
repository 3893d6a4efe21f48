import { createInterface } from 'node:readline';

/** What a contender is asked, a line of JSON each, by what it does. Each answer is a line of JSON, too. */
export interface Answers {
  /** Decodes a picture of the network's own size, for the three below. */
  input(photo: string): Promise<void>;
  /** One forward pass. */
  forward(): Promise<unknown>;
  /** Forward pass and heatmap of a class, no picture. */
  heatmap(index: number): Promise<unknown>;
  /** Probabilities, and the map of a class (the likeliest where it is null): not negative, 1 at its maximum. */
  values(index: number | null): Promise<Values>;
  /** From a photo's file to the picture of its heatmap, as JPEG, of the likeliest class. */
  picture(photo: string): Promise<unknown>;
}

export interface Values {
  readonly probabilities: readonly number[];
  readonly map: readonly number[];
}

export interface Asked {
  readonly do: keyof Answers;
  readonly photo: string;
  readonly class: number | null;
}

/** Says that everything is loaded, and answers until nothing more is asked. */
export async function answer(able: Partial<Answers>): Promise<void> {
  const say = (what: object): void => {
    process.stdout.write(`${JSON.stringify(what)}\n`);
  };
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line) as Asked;
    const start = performance.now();
    const given =
      asked.do === 'values'
        ? await able.values?.(asked.class)
        : asked.do === 'heatmap'
          ? await able.heatmap?.(asked.class ?? 0)
          : asked.do === 'forward'
            ? await able.forward?.()
            : await able[asked.do]?.(asked.photo);
    const milliseconds = performance.now() - start;
    say(asked.do === 'values' ? { ...(given as Values) } : { milliseconds });
  }
}

/** A map divided by its maximum, what is negative left out. */
export function scaled(map: Float32Array): number[] {
  const maximum = Math.max(...map);
  return Array.from(map, (value) => Math.max(value, 0) / maximum);
}
