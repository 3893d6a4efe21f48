import { maxIndex } from 'd3-array';
import { residentTree } from '../resident.js';
import { Contender } from './contender.js';
import type { Entry } from './contender.js';
import type { Asked, Values } from './asked.js';

/** Everything that was measured of one contender; milliseconds a round, in their order. */
export interface Measured {
  readonly entry: Entry;
  readonly forward: number[];
  readonly heatmap: number[];
  readonly picture: number[];
  readonly starts: number[];
  /** Megabytes of its processes after the last picture, shared pages counted in parts. */
  memory: number;
  /** Largest differences from the first contender, over all photos: of a probability, and of a place of a map. */
  readonly differences: { probability: number; map: number };
}

/** The first rounds warm compilers and caches. */
const WARM_UP = 3;

/** A slow one takes part in every fifth round, and one of warming up. */
const EVERY = 5;

type Ask = Partial<Asked> & Pick<Asked, 'do'>;

/** Photos as files: of a camera's size, and of the network's own without loss. */
export interface Photos {
  readonly large: readonly string[];
  readonly small: readonly string[];
}

/** Starts them one after the other; whoever cannot start is said to, and takes no part. */
async function startAll(
  entries: readonly Entry[],
  part: 'network' | 'whole',
  say: (line: string) => void,
): Promise<Contender[]> {
  const contenders: Contender[] = [];
  for (const entry of entries) {
    try {
      contenders.push(await Contender.start(entry, part));
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  }
  return contenders;
}

/** Times a question to everybody in turn, so that a machine whose speed drifts treats all alike. */
async function inTurn(
  contenders: readonly Contender[],
  rounds: number,
  ask: (round: number) => Ask,
  took: (contender: Contender, milliseconds: number) => void,
): Promise<void> {
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const contender of contenders) {
      const { slow } = contender.entry;
      if (slow && (round < -1 || (round > 0 && round % EVERY !== 0))) continue;
      // Once more than is counted: the one before has just filled the processor's caches with something else.
      if (!slow) await contender.time(ask(round));
      const milliseconds = await contender.time(ask(round));
      if (round >= 0) took(contender, milliseconds);
    }
  }
}

const largest = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? Math.max(...a.map((value, at) => Math.abs(value - (b[at] ?? NaN)))) : NaN;

/**
 * Measures the contenders side by side: values, the network, photo to picture, memory, starts.
 *
 * @param say told what is done now
 */
export async function measure(
  entries: readonly Entry[],
  photos: Photos,
  { rounds, starts }: { readonly rounds: number; readonly starts: number },
  say: (line: string) => void,
): Promise<Measured[]> {
  const measured = new Map(
    entries.map((entry): [string, Measured] => [
      entry.name,
      {
        entry,
        forward: [],
        heatmap: [],
        picture: [],
        starts: [],
        memory: NaN,
        differences: { probability: 0, map: 0 },
      },
    ]),
  );
  const of = ({ entry }: Contender): Measured => {
    const found = measured.get(entry.name);
    if (found === undefined) throw new RangeError(`${entry.name} does not take part.`);
    return found;
  };

  say('Values and the network alone');
  const networks = await startAll(entries, 'network', say);
  let asked = 0;
  for (const photo of photos.small) {
    let first: Values | null = null;
    for (const contender of networks) {
      await contender.time({ do: 'input', photo });
      const values = await contender.values(first === null ? null : asked);
      asked = first === null ? maxIndex(values.probabilities) : asked;
      first ??= values;
      const { differences } = of(contender);
      differences.probability = Math.max(differences.probability, largest(values.probabilities, first.probabilities));
      differences.map = Math.max(differences.map, largest(values.map, first.map));
    }
  }
  await inTurn(
    networks,
    rounds,
    () => ({ do: 'forward' }),
    (each, time) => of(each).forward.push(time),
  );
  await inTurn(
    networks,
    rounds,
    () => ({ do: 'heatmap', class: asked }),
    (each, time) => of(each).heatmap.push(time),
  );
  for (const contender of networks) await contender.close();

  say('Photo to picture');
  const whole = await startAll(entries, 'whole', say);
  for (const contender of whole) of(contender).starts.push(contender.startMilliseconds);
  const { large } = photos;
  const photoOf = (round: number): string => large[(round + WARM_UP) % large.length] ?? '';
  await inTurn(
    whole,
    rounds,
    (round) => ({ do: 'picture', photo: photoOf(round) }),
    (each, time) => of(each).picture.push(time),
  );
  for (const contender of whole) {
    of(contender).memory = (await residentTree(contender.pid)).proportional;
    await contender.close();
  }

  say('Starts');
  for (let start = 1; start < starts; start++) {
    for (const entry of entries) {
      const [contender] = await startAll([entry], 'whole', say);
      if (contender === undefined) continue;
      of(contender).starts.push(contender.startMilliseconds);
      await contender.close();
    }
  }
  return [...measured.values()];
}
