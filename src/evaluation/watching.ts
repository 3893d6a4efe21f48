import { photoOf } from '../vision/engine.js';
import type { Engine, Photo, Prediction } from '../vision/engine.js';
import { VisionError } from '../vision/vision-error.js';
import type { Picture } from './picture-source.js';

/** Who watches: what is to be known of the model, how much there is to do, what is done of it, and files that are left out. */
export interface Watcher {
  /** The model is started; what was guessed of it. */
  noted(engine: Engine): void;
  total(steps: number): void;
  done(steps: number): void;
  refused(file: string, message: string): void;
}

/** What says that a file is no picture, rather than that the model or the program fails. */
const REFUSALS: readonly string[] = ['unsupported-image', 'too-large', 'timeout', 'crashed'];

/** Reads and predicts a picture, or tells the watcher why it is none. */
export async function predictPicture(
  engine: Engine,
  { path, read }: Picture,
  watcher: Watcher,
): Promise<{ photo: Photo; prediction: Prediction } | null> {
  try {
    const photo = photoOf(await read());
    return { photo, prediction: await engine.predict(photo) };
  } catch (error) {
    if (!(error instanceof VisionError) || !REFUSALS.includes(error.code)) throw error;
    watcher.refused(path, error.message);
    return null;
  }
}
