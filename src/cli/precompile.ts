import { join } from 'node:path';
import { compileForBuild } from '../vision/model/compiled-store.js';
import { MODELS_FOLDER, modelNames } from '../models.js';

/** Compiles the models that come with the program, so that the first start is as fast as any other. */
for (const name of modelNames()) await compileForBuild(join(MODELS_FOLDER, name));
