import { sep } from 'node:path';
import { Engine } from '../vision/engine.js';
import type { EngineOptions } from '../vision/engine.js';
import { decodeForInput } from '../vision/image/decode.js';
import { writeInt8 } from '../vision/int8/int8-file.js';
import type { Int8Data } from '../vision/int8/int8-file.js';
import type { PrecisionReason } from '../vision/int8/precision-choice.js';
import { RangeFinder } from '../vision/int8/range-finder.js';
import { readCompiled } from '../vision/model/plan-file.js';
import { openModel } from '../vision/model/source.js';
import { unpackedHome } from '../vision/model/unpacked-store.js';
import type { Compiled } from '../vision/trunk/plan.js';
import { VisionError } from '../vision/vision-error.js';
import { openSource } from './picture-source.js';
import type { Source } from './picture-source.js';
import { Precisions } from './precisions.js';
import type { PrecisionReport } from './precisions.js';
import { predictPicture } from './watching.js';
import type { Watcher } from './watching.js';

/** With fewer the ranges are those of these photos alone. */
const LEAST_PHOTOS = 32;

/** With a smaller share of photos whose likeliest class is the same it is another classifier. Where a model is unsure of
 * photos, as of ones that show nothing it knows, their classes change most easily. */
const LEAST_SAME = 0.7;

/** What came of it: where it was written, and what int8 changes, or why that could not be measured here. */
export interface Calibrated {
  readonly file: string;
  readonly photos: number;
  readonly measured: PrecisionReport | PrecisionReason;
}

function refusal(message: string): VisionError {
  return new VisionError('invalid-argument', message);
}

/** Goes through photos, as often as is asked for: what is no picture is told of once. */
class Photos {
  readonly #refused = new Set<string>();

  constructor(
    readonly source: Source,
    readonly engine: Engine,
    readonly watcher: Watcher,
  ) {}

  /** @param use is given each photo's pixels as the network takes them. */
  async each(use: (pixels: Uint8Array) => Promise<void>): Promise<void> {
    const { info, session } = this.engine;
    for await (const picture of this.source.pictures()) {
      if (!this.#refused.has(picture.path)) {
        // Decoded here only after the vision process has decoded it without harm.
        const predicted = await predictPicture(this.engine, picture, this.watcher);
        if (predicted === null) this.#refused.add(picture.path);
        else await use((await decodeForInput(predicted.photo.bytes, info.input, session.form)).data);
      }
      this.watcher.done(1);
    }
  }
}

/** The ranges over the photos. */
async function rangesOver(photos: Photos, compiled: Compiled): Promise<Omit<Int8Data, 'network'>> {
  const finder = await RangeFinder.load(compiled, photos.engine.session.range);
  try {
    await photos.each((pixels) => finder.add(pixels));
    if (finder.photos < LEAST_PHOTOS) {
      const count = finder.photos === 0 ? 'None' : `Only ${finder.photos}`;
      throw refusal(
        `${count} of the files in "${photos.source.name}" could be read as photos; it takes ${LEAST_PHOTOS} or more, of what the model will see.`,
      );
    }
    return await finder.result();
  } finally {
    await finder.close();
  }
}

/** What int8 changes on the photos. */
async function changesOn(photos: Photos, compiled: Compiled, data: Int8Data): Promise<Calibrated['measured']> {
  const precisions = await Precisions.load(compiled, photos.engine.session, data);
  if (!(precisions instanceof Precisions)) return precisions;
  try {
    await photos.each((pixels) => precisions.add(pixels));
  } finally {
    await precisions.close();
  }
  const report = precisions.report();
  if (report.same >= LEAST_SAME) return report;
  const share = Math.round((1 - report.same) * 100);
  throw refusal(`In int8 the model answers ${share} of 100 photos otherwise than in float32: nothing was written.`);
}

/**
 * Measures over photos which numbers a network's trunk computes with, compares int8 with float32 on them, and writes
 * what int8 takes beside the model.
 *
 * @param path a folder of photos, or a .tar
 * @throws VisionError `invalid-argument` for too few photos, and for a model that cannot compute in int8 or does not give
 *   the same answers in it.
 */
export async function calibrateInt8(options: EngineOptions, path: string, watcher: Watcher): Promise<Calibrated> {
  const source = await openModel(options.model);
  if (source.folder.startsWith(unpackedHome() + sep)) {
    throw refusal('The model is in a zip, beside which nothing is read: unpack it, or add it with sorot model add.');
  }
  const pictures = await openSource(path, 1);
  const engine = await Engine.start({ ...options, precision: 'float32' });
  try {
    watcher.noted(engine);
    watcher.total(2 * (await pictures.paths()).length);
    const photos = new Photos(pictures, engine, watcher);
    const compiled = await readCompiled(engine.session.compiled);
    const data = { ...(await rangesOver(photos, compiled)), network: source.fingerprint };
    const measured = await changesOn(photos, compiled, data);
    return { file: await writeInt8(source, data), photos: data.photos, measured };
  } finally {
    await engine.close();
  }
}
