import PQueue from 'p-queue';
import { readConfig } from '../config.js';
import { Engine, photoOf } from '../vision/engine.js';
import type { Job, Photo, Prediction } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import { inputWindow } from '../vision/image/geometry.js';
import { conclude, likeliestClasses } from '../vision/model/answer.js';
import type { Likely } from '../vision/model/answer.js';
import { membersOf, nameOf } from '../vision/model/classifier.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import type { Message } from 'local-telegram';
import type { Cast } from './cast.js';
import { RefusedError } from './errors.js';
import type { Language, MapView, NamedClass } from './protocol.js';

/** Requests that wait at most: a person looks at one heatmap at a time, and clicks through its classes. */
const MAX_WAITING = 8;

/** Milliseconds after which an engine that nobody asks is closed: it takes about 100 MB. */
const IDLE_MS = 60_000;

/** Milliseconds of one prediction or map; the bundled model takes some 20. */
const WITHIN_MS = 20_000;

/** The longer side that the bot asks Telegram for, so that both look at the same pixels. */
const WANTED_SIDE = 800;

/** The figures behind the heatmaps, from an engine beside the bot's with the same settings. */
export class Maps {
  readonly #cast: Cast;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #queue = new PQueue({ concurrency: 1 });
  #engine: Engine | null = null;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param environment the bot's, which it has been started with and is thus without mistakes */
  constructor(cast: Cast, environment: NodeJS.ProcessEnv) {
    this.#cast = cast;
    this.#environment = environment;
  }

  /**
   * Predicts the photo of a message once more, and explains a class or kind of it, named in either language;
   * without a name what the bot answered.
   *
   * @throws RefusedError `no-map` where the message has no such photo or the class no map, `busy`, `unknown` or `failed`
   */
  async mapOf(message: Message, label?: string): Promise<MapView> {
    const bytes = this.#bytesOf(message);
    if (this.#queue.size >= MAX_WAITING) throw new RefusedError('busy', 'Other maps are being made.');
    return this.#queue.add(async () => {
      clearTimeout(this.#idle);
      try {
        const { colourMap } = readConfig(this.#environment).bot;
        return await explained(await this.#running(), { photo: photoOf(bytes), colourMap }, label);
      } catch (error) {
        throw refusalOf(error);
      } finally {
        this.#idle = setTimeout(() => void this.#rest(), IDLE_MS).unref();
      }
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#queue.clear();
    await this.#rest();
  }

  async #running(): Promise<Engine> {
    if (this.#closed) throw new RefusedError('failed', 'The demo ends.');
    if (this.#engine !== null) return this.#engine;
    const { model, engine } = readConfig(this.#environment);
    const limits = { predictTimeout: WITHIN_MS, explainTimeout: WITHIN_MS };
    const started = await Engine.start({ model: model.path, name: model.name, ...engine, ...limits });
    this.#engine = started;
    // A method call, because the compiler takes the field for unchanged.
    if (this.#isClosed()) await this.#rest();
    return started;
  }

  async #rest(): Promise<void> {
    clearTimeout(this.#idle);
    const engine = this.#engine;
    this.#engine = null;
    await engine?.close();
  }

  #isClosed(): boolean {
    return this.#closed;
  }

  /** What the bot fetched of this message. */
  #bytesOf({ photo, document, sticker }: Message): Uint8Array {
    const sizes = photo?.toSorted((a, b) => a.width - b.width) ?? [];
    const size = sizes.find(({ width, height }) => Math.max(width, height) >= WANTED_SIDE) ?? sizes.at(-1);
    const id = size?.file_id ?? document?.file_id ?? sticker?.file_id;
    if (id === undefined) throw new RefusedError('no-map', 'The message has no photo.');
    return this.#cast.telegram.fileBytes(id);
  }
}

const LANGUAGES: readonly Language[] = ['en', 'id'];

/** Classes that are listed at most: a person looks at the likeliest. */
const LISTED = 20;

async function explained(
  engine: Engine,
  seen: Pick<Job<Photo>, 'photo' | 'colourMap'>,
  label: string | undefined,
): Promise<MapView> {
  const { classifier } = engine;
  const prediction = await engine.predict(seen.photo);
  const { answer, groups } = conclude(prediction.probabilities, classifier);
  const ranked = likeliestClasses(prediction.probabilities);
  const named = (about: Likely): NamedClass => ({
    label: nameOf(classifier, about),
    names: { en: nameOf(classifier, about, 'en'), id: nameOf(classifier, about, 'id') },
    probability: about.probability,
  });
  const isCalled = (about: ClassOrGroup): boolean =>
    LANGUAGES.some((language) => nameOf(classifier, about, language) === label);
  const asked = label === undefined ? answer.about : [...groups, ...ranked].find(isCalled);
  if (asked === undefined) throw new RefusedError('no-map', 'There is no such class.');
  const listed = [...groups, ...ranked.slice(0, LISTED)];
  const isListed = listed.some(({ type, index }) => type === asked.type && index === asked.index);
  const classes = (isListed ? listed : [...listed, asked]).map(named);
  const map = await drawn(engine, prediction, { ...seen, class: membersOf(classifier, asked) });
  return { classes, label: nameOf(classifier, asked), ...(map !== null && { map }) };
}

/** Without a map the classes are told all the same. */
const WITHOUT_MAP = ['no-positive-evidence', 'unsupported-model'];

/** Null where nothing in the photo speaks for the class, and where the model has no maps. */
async function drawn(engine: Engine, prediction: Prediction, job: Job): Promise<Required<MapView>['map'] | null> {
  try {
    const { rows, columns, values, jpeg } = await engine.explain(job);
    const { left, top, width, height } = inputWindow(engine.classifier.resize, prediction.photo, engine.info.input);
    const picture = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
    return { picture, rows, columns, values: Array.from(values), area: { left, top, width, height } };
  } catch (error) {
    if (error instanceof VisionError && WITHOUT_MAP.includes(error.code)) return null;
    throw error;
  }
}

/** A picture that cannot be looked at has no map; everything else nobody foresaw. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof VisionError)) return error;
  const hasNoMap = error.code === 'unsupported-image' || error.code === 'too-large';
  return hasNoMap ? new RefusedError('no-map', error.message, { cause: error }) : error;
}
