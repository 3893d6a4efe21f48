import type { FoundModel } from '../models.js';
import { Engine, photoOf } from '../vision/engine.js';
import type { Photo } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import type { SessionInfo } from '../vision/session-messages.js';
import { likeliestClasses } from '../vision/model/answer.js';
import type { ModelNote } from '../vision/model/notes.js';
import type { PixelRange } from '../vision/pixel-range.js';

/** What a model is and what it costs. */
export interface ModelSummary extends Pick<
  SessionInfo,
  'input' | 'layer' | 'map' | 'classes' | 'backend' | 'reason' | 'precision'
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

/**
 * Waves of colour that do not repeat: something to look at that belongs to no class. What encodes pictures takes a while
 * to load, in which the engine may start.
 */
async function testPhotos(): Promise<Photo[]> {
  const { sharp } = await import('../vision/image/sharp.js');
  const raw = { width: WIDTH, height: HEIGHT, channels: 3 } as const;
  const photos = Array.from({ length: PASSES }, async (_, number) => {
    const wave = 0.0137 + number / 1e4;
    const data = Uint8Array.from({ length: WIDTH * HEIGHT * 3 }, (__, at) => 128 + 127 * Math.sin(at * wave));
    return photoOf(await sharp(data, { raw }).png().toBuffer());
  });
  return Promise.all(photos);
}

/** Milliseconds of the heatmap of a photo's likeliest class; null where there is none for it. */
async function timeHeatmap(engine: Engine, photo: Photo, probabilities: Float32Array): Promise<number | null> {
  try {
    const { milliseconds } = await engine.explain({ photo, class: likeliestClasses(probabilities, 1)[0]?.index ?? 0 });
    return milliseconds.explain + milliseconds.render;
  } catch (error) {
    // A model without a map still predicts, and this picture may speak for nothing.
    if (error instanceof VisionError && ['unsupported-model', 'no-positive-evidence'].includes(error.code)) return null;
    throw error;
  }
}

async function measure(engine: Engine, photos: readonly Photo[]): Promise<ModelSummary['milliseconds']> {
  const times: number[] = [];
  let explain: number | null = null;
  for (const photo of photos) {
    const { milliseconds, probabilities } = await engine.predict(photo);
    times.push(milliseconds.decode + milliseconds.predict);
    if (photo === photos.at(-1)) explain = await timeHeatmap(engine, photo, probabilities);
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
  const photos = testPhotos();
  // Waited for below; a model that does not start comes first.
  photos.catch(() => undefined);
  const engine = await Engine.start({ model: path, name, labelsFile });
  try {
    const { info, findings, classifier, session } = engine;
    const { input, layer, map, classes, backend, reason, precision } = info;
    const { origin, layers, parameters } = findings;
    return {
      name,
      title: classifier.name,
      path,
      origin,
      layers,
      parameters,
      input,
      range: session.range,
      classes,
      labels: classifier.labels.length,
      layer,
      map,
      backend,
      reason,
      precision,
      milliseconds: await measure(engine, await photos),
      memoryBytes: (await engine.stats()).residentBytes,
      notes: engine.notes,
    };
  } finally {
    await engine.close();
  }
}
