import { copyFile, lstat, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { MODELS_FOLDER, nameOfPath } from '../models.js';
import type { VisionError } from '../vision/vision-error.js';
import { openModel } from '../vision/model/source.js';
import type { ModelSource } from '../vision/model/source.js';
import { writeDescriptions } from './describe.js';
import type { Said } from './describe.js';
import { DOWNLOAD_LIMITS } from './download.js';
import type { DownloadLimits, DownloadWatcher } from './download.js';
import { isSystemError, refused } from './refused.js';
import { inspectModel } from './inspect.js';
import type { ModelSummary } from './inspect.js';
import { inTermsOf, obtain } from './obtain.js';

export interface AddOptions extends Said {
  /** A file, a folder, a zip or an https address. */
  readonly from: string;
  /** What the file must hash to, in hexadecimal; null where nobody says. */
  readonly sha256: string | null;
  readonly onProgress: DownloadWatcher;
  /** Stops it; nothing is left then. */
  readonly signal?: AbortSignal;
  /** Where models live; the program's own folder by default. */
  readonly models?: string;
  readonly limits?: Partial<DownloadLimits>;
  /** Whether an address may be http on this machine, which has no certificate: for tests. */
  readonly localHttp?: boolean;
}

/** Names that are a folder everywhere and no option or path. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;

const WORKPLACE = '.adding-';

/** No model takes so long to add: what is older was left by a process that was killed. */
const ABANDONED_MS = 6 * 60 * 60_000;

function taken(name: string): VisionError {
  return refused(`There is a model "${name}" already: remove it first, or give another --name.`);
}

/** A name for the model: the one given, else that of the file or of the folder it is in. */
function nameFor({ name, from }: AddOptions): string {
  if (name !== null) {
    if (!NAME.test(name)) throw refused(`"${name}" is no name: letters, digits, dots, dashes, at most 64.`);
    return name;
  }
  const path = URL.canParse(from) ? from.replace(/[?#].*$/, '').replace(/\/+$/, '') : resolve(from);
  const plain = nameOfPath(path)
    .replaceAll(/[^a-z0-9._-]+/gi, '-')
    .replaceAll(/^[^a-z0-9]+|-+$/gi, '')
    .slice(0, 64);
  if (!NAME.test(plain)) throw refused('The model needs a name: give one with --name.');
  return plain;
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Removes what processes that were killed have left. */
async function removeAbandoned(models: string): Promise<void> {
  const drafts = (await readdir(models)).filter((name) => name.startsWith(WORKPLACE));
  for (const draft of drafts.map((name) => join(models, name))) {
    if ((await stat(draft)).mtimeMs < Date.now() - ABANDONED_MS) await rm(draft, { recursive: true, force: true });
  }
}

/** Copies the files of a network as they are, under names by which it is found again. */
async function copyNetwork(source: ModelSource, folder: string): Promise<void> {
  if (source.form === 'tfjs-layers' || source.form === 'tfjs-graph') {
    await copyFile(source.file, join(folder, 'model.json'));
    for (const file of source.weightFiles) {
      const place = join(folder, relative(source.folder, file));
      await mkdir(dirname(place), { recursive: true });
      await copyFile(file, place);
    }
    return;
  }
  if (source.form === 'onnx') {
    // A model names the file of its weights, which has to keep its name.
    const own = /^[^.].*\.onnx$/i.test(basename(source.file)) ? basename(source.file) : 'model.onnx';
    await copyFile(source.file, join(folder, own));
    if (source.weightFile !== null) await copyFile(source.weightFile, join(folder, `${own}.data`));
    return;
  }
  const own = basename(source.file);
  const plain = source.form === 'keras-h5' ? 'model.h5' : 'model.keras';
  await copyFile(source.file, join(folder, /^[^.].*\.(?:h5|hdf5|keras)$/i.test(own) ? own : plain));
}

/** Puts the model into its new folder and loads it from there. */
async function stage(options: AddOptions, path: string, staged: string): Promise<ModelSummary> {
  const source = await openModel(path);
  options.signal?.throwIfAborted();
  await mkdir(staged);
  await copyNetwork(source, staged);
  await writeDescriptions(source.folder, staged, options);
  options.signal?.throwIfAborted();
  return inspectModel({ name: basename(staged), path: staged }, options.labels);
}

/** Rejects with the signal's reason when it is aborted: what works then is left to end by itself. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
}

/**
 * Adds a model to the models folder: gets it, copies its files and what describes it, checks that it predicts and
 * explains, and only then gives it its name. Nothing is left behind where anything fails.
 *
 * @throws VisionError `invalid-argument` or `invalid-model`, saying what is wrong with what.
 * @throws the signal's reason where that is aborted.
 */
export async function addModel(options: AddOptions): Promise<ModelSummary> {
  const { signal, models = MODELS_FOLDER } = options;
  const name = nameFor(options);
  const folder = join(models, name);
  if (await isThere(folder)) throw taken(name);
  await mkdir(models, { recursive: true }).catch((error: unknown) => {
    throw refused(`The folder "${models}" cannot be made.`, error);
  });
  await removeAbandoned(models);
  // In the models folder itself, so that the last step is a rename on one file system.
  const workplace = await mkdtemp(join(models, WORKPLACE)).catch((error: unknown) => {
    throw refused(`Nothing can be written into "${models}".`, error);
  });
  try {
    const path = await obtain(options.from, workplace, options.sha256, {
      limits: { ...DOWNLOAD_LIMITS, ...options.limits },
      localHttp: options.localHttp ?? false,
      onProgress: options.onProgress,
      signal,
    });
    const staged = join(workplace, name);
    const staging = inTermsOf(options.from, path, () => stage(options, path, staged));
    const summary = await Promise.race([inTermsOf(name, staged, () => staging), aborted(signal)]);
    await rename(staged, folder).catch((error: unknown) => {
      // Somebody else was faster: what is there is not replaced.
      if (isSystemError(error)) throw taken(name);
      throw error;
    });
    return { ...summary, path: folder };
  } catch (error) {
    signal?.throwIfAborted();
    if (isSystemError(error)) throw refused(`The model cannot be added: ${error.message}.`, error);
    throw error;
  } finally {
    await rm(workplace, { recursive: true, force: true });
  }
}
