import { compileForBuild } from '../vision/model/compiled-store.js';
import { openModel } from '../vision/model/source.js';
import { DEFAULT_MODEL, findModel, modelNames } from '../models.js';
import { VisionError } from '../vision/vision-error.js';
import { say } from './output.js';

/** Compiles the models in the models folder, so that the first start is as fast as any other. */
for (const name of modelNames()) {
  try {
    await compileForBuild(await openModel(findModel(name).path));
  } catch (error) {
    // The program's own must be whole; one that somebody added must not keep the others from being used.
    if (name === DEFAULT_MODEL || !(error instanceof VisionError)) throw error;
    say(`the model "${name}" is left out: ${error.message}`);
  }
}
