import { readFile, stat } from 'node:fs/promises';
import * as v from 'valibot';
import { VisionError } from '../vision-error.js';

/**
 * Brackets inside brackets of a JSON text. Models inside models inside models come to a few dozen; what walks a
 * document recursively would overflow its stack at some thousands.
 */
const DEEPEST = 256;

/**
 * Values in a JSON text. The largest published networks have a hundred thousand; a file of nothing but brackets would
 * take twenty times its size in memory.
 */
const MOST_VALUES = 500_000;

/** Bytes of a file of labels or other words about a model. */
const MAX_DESCRIPTION_BYTES = 16 * 2 ** 20;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];

function invalid(message: string, cause?: unknown): VisionError {
  return new VisionError('invalid-model', message, { cause });
}

/** @throws RangeError where brackets nest too deep or values are too many, before anything is made of them. */
function checkBounds(bytes: Uint8Array): void {
  let [depth, values] = [0, 0];
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) inString = false;
      continue;
    }
    if (byte === QUOTE) inString = true;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    else if (byte === COMMA) values++;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      values++;
      if (++depth > DEEPEST) throw new RangeError(`it nests more than ${DEEPEST} brackets`);
    }
    if (values > MOST_VALUES) throw new RangeError(`it has more than ${MOST_VALUES} values`);
  }
}

/**
 * Reads a file that describes a model, if it is no larger than that.
 *
 * @returns its bytes, or null where there is no such file.
 * @throws VisionError `invalid-model` for a larger one, and for what is no file: a pipe would be waited for for ever.
 */
export async function readDescription(path: string, mostBytes = MAX_DESCRIPTION_BYTES): Promise<Buffer | null> {
  try {
    const entry = await stat(path);
    if (!entry.isFile()) throw invalid(`"${path}" is not a file.`);
    if (entry.size > mostBytes) {
      throw invalid(`"${path}" has ${Math.ceil(entry.size / 2 ** 20)} MB; at most ${mostBytes / 2 ** 20} MB are read.`);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof VisionError) throw error;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw invalid(`"${path}" cannot be read.`, error);
  }
}

/**
 * Parses JSON in UTF-8 that has no more in it than a model does.
 *
 * @throws SyntaxError for what is no JSON, RangeError for what nests deeper or has more values.
 */
export function parseJson(bytes: Uint8Array): unknown {
  checkBounds(bytes);
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Each finding with the field it is about. */
function issuesText(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`).join('; ');
}

/**
 * Reads a JSON file that describes a model.
 *
 * @returns null where there is no such file.
 * @throws VisionError `invalid-model` naming the file and the field.
 */
export async function readJson<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S> | null> {
  const content = await readDescription(path);
  if (content === null) return null;
  try {
    return v.parse(schema, parseJson(content));
  } catch (error) {
    const why = v.isValiError(error) ? issuesText(error.issues) : String(error).replaceAll(/\s+/g, ' ');
    throw invalid(`"${path}" is not as it should be: ${why}`, error);
  }
}
