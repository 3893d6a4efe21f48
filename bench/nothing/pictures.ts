import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chart } from './charts.js';
import { drawing } from './drawings.js';
import { Random } from './random.js';
import { screenshot } from './screens.js';
import { blank, gradient, noise } from './surfaces.js';

interface Kind {
  readonly make: (random: Random) => Promise<Buffer>;
  /** How many of a hundred. */
  readonly share: number;
  /** ImageNet classes that would be true of such a picture, by index; a file's name begins with them. */
  readonly true: readonly number[];
}

/** Classes of things on paper and screens: envelope, web site, comic book, crossword, street sign, book jacket, menu. */
const PRINTED = [549, 916, 917, 918, 919, 921, 922];

const KINDS: Readonly<Record<string, Kind>> = {
  noise: { make: noise, share: 16, true: [] },
  gradient: { make: gradient, share: 14, true: [] },
  blank: { make: blank, share: 12, true: [] },
  chart: { make: chart, share: 20, true: PRINTED },
  drawing: { make: drawing, share: 18, true: PRINTED },
  screenshot: { make: screenshot, share: 20, true: PRINTED },
};

/** A picture that shows no thing. */
interface NothingPicture {
  /** Folder and file name: `chart/0916_0917_007.png`, with the classes that would be true of it. */
  readonly name: string;
  readonly png: Buffer;
}

/**
 * A hundred pictures that show nothing a classifier could name: noise, gradients, blank ones, charts, drawings and
 * screenshots.
 *
 * @param seed 1 for the pictures that a threshold is chosen with, 2 for those it is judged by.
 */
async function* picturesOfNothing(seed: number): AsyncGenerator<NothingPicture> {
  let made = 0;
  for (const [kind, { make, share, true: classes }] of Object.entries(KINDS)) {
    for (let index = 0; index < share; index++) {
      // Each from a seed of its own: a change to one does not change the others.
      const random = new Random(seed * 1_000_003 + made++ * 7919);
      const begin = classes.length === 0 ? kind : classes.map((each) => String(each).padStart(4, '0')).join('_');
      yield { name: `${kind}/${begin}_${String(index).padStart(3, '0')}.png`, png: await make(random) };
    }
  }
}

/** The halves, by what they are for. */
const HALVES = { tuning: 1, figures: 2 } as const;

/** Writes both halves below a folder, each into one of its own: `figures/chart/0916_0917_007.png`. */
export async function writePicturesOfNothing(folder: string): Promise<void> {
  for (const [half, seed] of Object.entries(HALVES)) {
    for await (const { name, png } of picturesOfNothing(seed)) {
      const file = join(folder, half, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, png);
    }
  }
}
