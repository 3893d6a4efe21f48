import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VisionError } from '../errors.js';
import type { Outcome } from '../messages.js';
import { childEnvironment } from '../child.js';
import type { CompileChoice } from './choice.js';
import { readClassifier } from './classifier.js';
import type { Classifier } from './classifier.js';
import { isIntact, readFindings } from './plan-file.js';
import type { Findings } from './findings.js';
import { openModel } from './source.js';

/** Raised whenever compiled files change their meaning, so that old ones are not read. */
const FORMAT = 4;

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
  /** Changes when the model or what is chosen of it does. */
  readonly fingerprint: string;
  readonly findings: Findings;
}

/** Folder for compiled models of this user: `SOROT_CACHE_DIR`, else the platform's cache folder. */
export function cacheFolder(environment: NodeJS.ProcessEnv): string {
  const base = environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return environment['SOROT_CACHE_DIR'] ?? join(base, 'sorot');
}

async function writable(folder: string): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    return folder;
  } catch {
    // A read-only home is common in containers; what is compiled then lasts as long as the container.
    const fallback = join(tmpdir(), 'sorot');
    await mkdir(fallback, { recursive: true });
    return fallback;
  }
}

function runCompiler(file: string, choice: CompileChoice, destination: string): Promise<Outcome<null>> {
  return new Promise((resolve) => {
    const child = fork(
      fileURLToPath(new URL('./compile-process.js', import.meta.url)),
      [JSON.stringify({ file, choice, destination })],
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
 * @param path the network's file, or the folder it is in.
 * @param choice the target layer, the output and the number of labels.
 * @param into where to put it; by default this user's cache folder.
 * @throws VisionError `invalid-model` or `invalid-argument`, saying which layer and why.
 */
export async function compiledModel(path: string, choice: CompileChoice, into?: string): Promise<CompiledModel> {
  const source = await openModel(path);
  const { file } = source;
  const { layer, output, labels } = choice;
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([FORMAT, source.fingerprint, layer, output, labels, source.form]))
    .digest('hex')
    .slice(0, 32);
  const built = join(BUILT, fingerprint);
  if (into === undefined && (await isIntact(built)))
    return { file, folder: built, fingerprint, findings: await readFindings(built) };
  const kept = join(await writable(into ?? cacheFolder(process.env)), fingerprint);
  if (!(await isIntact(kept))) {
    await rm(kept, { recursive: true, force: true });
    const outcome = await runCompiler(file, choice, kept);
    if (!outcome.ok) throw new VisionError(outcome.code, outcome.message);
  }
  return { file, folder: kept, fingerprint, findings: await readFindings(kept) };
}

/** What a classifier's files decide of its network before it is compiled. */
export function choiceOf({ layer, output, labels }: Classifier): CompileChoice {
  return { layer, output, labels: labels.length };
}

/** Compiles a model at build time as it is at a start without options, to lie with the program. */
export async function compileForBuild(path: string): Promise<CompiledModel> {
  return compiledModel(path, choiceOf(await readClassifier(path, '')), BUILT);
}
