import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VisionError } from '../errors.js';
import type { Outcome } from '../messages.js';
import { childEnvironment } from '../child.js';
import { cacheFolder, writable } from './cache-folder.js';
import { isIntact, readFindings } from './plan-file.js';
import type { Findings } from './findings.js';
import type { ModelSource } from './source.js';

/** Raised whenever compiled files change their meaning, so that old ones are not read. */
const FORMAT = 3;

/** Compiling the largest common classifiers takes seconds; more than this is a model that will never work. */
const COMPILE_TIMEOUT_MS = 120_000;

/** How much of what a failing compiler wrote last goes into the error. */
const COMPLAINT_LENGTH = 400;

/** Where models compiled at build time lie. */
const BUILT = fileURLToPath(new URL('../../compiled', import.meta.url));

export interface CompiledModel {
  /** The network's own file. */
  readonly file: string;
  /** Folder of the compiled plan. */
  readonly folder: string;
  /** Changes when the model or its target layer does. */
  readonly fingerprint: string;
  readonly findings: Findings;
}

function runCompiler(file: string, layer: string | null, destination: string): Promise<Outcome<null>> {
  return new Promise((resolve) => {
    const child = fork(
      fileURLToPath(new URL('./compile-process.js', import.meta.url)),
      [JSON.stringify({ file, layer, destination })],
      { env: childEnvironment(process.env), stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] },
    );
    const timer = setTimeout(() => child.kill('SIGKILL'), COMPILE_TIMEOUT_MS);
    let answer: Outcome<null> | undefined;
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-COMPLAINT_LENGTH);
    });
    child.on('message', (message) => {
      answer = message as Outcome<null>;
    });
    child.on('error', (error) => {
      answer = { ok: false, code: 'invalid-model', message: `The model could not be compiled: ${error.message}` };
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve(
        answer ?? {
          ok: false,
          code: 'invalid-model',
          message:
            `The model could not be compiled: the compiler ended with ${signal ?? `code ${code ?? 0}`}. ${complaint}`
              .replaceAll(/\s+/g, ' ')
              .trim(),
        },
      );
    });
  });
}

/**
 * The compiled form of a model: kept from before, made at build time, or compiled now in a process of its own.
 *
 * @param source the network, as `openModel` found it.
 * @param layer the target layer, or null for the one the dry-run rule finds.
 * @param into where to put it; by default this user's cache folder.
 * @throws VisionError `invalid-model` or `invalid-argument`, saying which layer and why.
 */
export async function compiledModel(source: ModelSource, layer: string | null, into?: string): Promise<CompiledModel> {
  const { file } = source;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([FORMAT, source.fingerprint, layer, source.form]))
    .digest('hex')
    .slice(0, 32);
  const built = join(BUILT, fingerprint);
  if (into === undefined && (await isIntact(built)))
    return { file, folder: built, fingerprint, findings: await readFindings(built) };
  const kept = join(await writable(into ?? cacheFolder(process.env)), fingerprint);
  if (!(await isIntact(kept))) {
    await rm(kept, { recursive: true, force: true });
    const outcome = await runCompiler(file, layer, kept);
    if (!outcome.ok) throw new VisionError(outcome.code, outcome.message);
  }
  return { file, folder: kept, fingerprint, findings: await readFindings(kept) };
}

/** Compiles a model at build time, to lie with the program. */
export async function compileForBuild(source: ModelSource): Promise<CompiledModel> {
  return compiledModel(source, null, BUILT);
}
