import type { FoundModel } from '../models.js';
import { Engine, photoOf } from '../vision/engine.js';
import type { Photo } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import type { SessionInfo } from '../vision/session-messages.js';
import { rankedClasses } from '../vision/model/answer.js';
import type { ModelNote } from '../vision/model/notes.js';
import type { PixelRange } from '../vision/pixel-range.js';

/** What a model is and what it costs. */
export interface ModelSummary extends Pick<
  SessionInfo,
  'input' | 'layer' | 'map' | 'classes' | 'backend' | 'fallback'
> {
  readonly name: string;
  /** What people are told it is called. */
  readonly title: string;
  readonly path: string;
  readonly origin: string;
  readonly layers: number;
  readonly parameters: number;
  readonly labels: number;
  /** What pixel values 0 and 255 become. */
  readonly range: PixelRange;
  /** Resident memory of the vision process with this model, in bytes. */
  readonly memoryBytes: number;
  /** One photo's prediction, its decoding included, and its heatmap; null where it has none. */
  readonly milliseconds: { readonly predict: number; readonly explain: number | null };
  readonly notes: readonly ModelNote[];
}

/** Predictions that are timed. */
const PASSES = 5;

const [WIDTH, HEIGHT] = [320, 240];

/** Bytes before the pixels of `testPhoto`: the header of the file and its fields. */
const PIXELS_AT = 122;

/**
 * Waves that do not repeat: something to look at that belongs to no class. Each is a photo of its own. A grey TIFF of one
 * strip, uncompressed: to load what encodes pictures would take longer than all that is done with them here.
 */
function testPhoto(number: number): Photo {
  const wave = 0.0137 + number / 1e4;
  const pixels = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => 128 + 127 * Math.sin(at * wave));
  const [bits, uncompressed, blackIsZero, samples] = [8, 1, 1, 1];
  const fields = [
    [256, WIDTH],
    [257, HEIGHT],
    [258, bits],
    [259, uncompressed],
    [262, blackIsZero],
    [273, PIXELS_AT],
    [277, samples],
    [278, HEIGHT],
    [279, pixels.length],
  ] as const;
  const head = Buffer.alloc(PIXELS_AT);
  head.write('II*\0\b', 'latin1');
  head.writeUInt16LE(fields.length, 8);
  fields.forEach(([tag, value], index) => {
    const at = 10 + 12 * index;
    const [short, long] = [3, 4];
    head.writeUInt16LE(tag, at);
    head.writeUInt16LE(value < 2 ** 16 ? short : long, at + 2);
    head.writeUInt32LE(1, at + 4);
    head.writeUInt32LE(value, at + 8);
  });
  return photoOf(Buffer.concat([head, pixels]));
}

/** Milliseconds of the heatmap of a photo's likeliest class; null where there is none for it. */
async function timeHeatmap(engine: Engine, photo: Photo, probabilities: Float32Array): Promise<number | null> {
  try {
    const { milliseconds } = await engine.explain({ photo, class: rankedClasses(probabilities)[0]?.index ?? 0 });
    return milliseconds.explain + milliseconds.render;
  } catch (error) {
    // A model without a map still predicts, and this picture may speak for nothing.
    if (error instanceof VisionError && ['unsupported-model', 'no-positive-evidence'].includes(error.code)) return null;
    throw error;
  }
}

async function measure(engine: Engine): Promise<ModelSummary['milliseconds']> {
  const times: number[] = [];
  let explain: number | null = null;
  for (let pass = 0; pass < PASSES; pass++) {
    const photo = testPhoto(pass);
    const { milliseconds, probabilities } = await engine.predict(photo);
    times.push(milliseconds.decode + milliseconds.predict);
    if (pass === PASSES - 1) explain = await timeHeatmap(engine, photo, probabilities);
  }
  return { predict: times.toSorted((a, b) => a - b)[Math.floor(PASSES / 2)] ?? 0, explain };
}

/**
 * Loads a model as the bot does, predicts and explains pictures with it, and says what it is.
 *
 * @param labelsFile what the file of its labels is called where they were given apart from it.
 * @throws VisionError `invalid-model` where it does not load or gives numbers that are not finite.
 */
export async function inspectModel(
  { name, path }: FoundModel,
  labelsFile: string | null = null,
): Promise<ModelSummary> {
  const engine = await Engine.start({ model: path, name, labelsFile });
  try {
    const { info, findings, classifier, session } = engine;
    const { input, layer, map, classes, backend, fallback } = info;
    return {
      name,
      title: classifier.name,
      path,
      ...findings,
      input,
      range: session.range,
      classes,
      labels: classifier.labels.length,
      layer,
      map,
      backend,
      fallback,
      milliseconds: await measure(engine),
      memoryBytes: (await engine.stats()).residentBytes,
      notes: engine.notes,
    };
  } finally {
    await engine.close();
  }
}
