import { randomUUID } from 'node:crypto';
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { parse } from 'dotenv';
import { DEFAULT_MODEL } from '../models.js';
import { refused } from './refused.js';

/** For a file that will hold the token: nobody else reads it. */
const PRIVATE = 0o600;

/** A line that sets MODEL, as dotenv reads it. */
const MODEL_LINE = /^[ \t]*(?:export[ \t]+)?MODEL[ \t]*[=:].*$/;

async function readIfThere(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw refused(`"${file}" cannot be read.`, error);
  });
}

/** Which model the bot takes, and what says so. */
export interface ChosenModel {
  readonly model: string;
  readonly from: 'environment' | 'env-file' | 'default';
}

/** What the bot started here would take: MODEL of the environment, else of `.env`, else the default. */
export async function chosenModel(env: NodeJS.ProcessEnv, file: string): Promise<ChosenModel> {
  // An empty variable of the environment hides the one in the file, and counts as unset.
  const inEnvironment = env['MODEL']?.trim();
  if (inEnvironment !== undefined && inEnvironment !== '') return { model: inEnvironment, from: 'environment' };
  const inFile = inEnvironment === undefined ? (parse(await readIfThere(file))['MODEL'] ?? '').trim() : '';
  return inFile === '' ? { model: DEFAULT_MODEL, from: 'default' } : { model: inFile, from: 'env-file' };
}

function quoted(value: string): string {
  if (/^[\w./-]+$/.test(value)) return value;
  const quote = ["'", '"', '`'].find((each) => !value.includes(each));
  if (quote === undefined || /[\n\r\\]/.test(value))
    throw refused(`"${value}" cannot be written into .env: rename it.`);
  return `${quote}${value}${quote}`;
}

/** The text with `MODEL=value` in the place of the first line that sets it, else at its end; other lines stay. */
function withModel(text: string, line: string): string {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((each) => MODEL_LINE.test(each));
  if (first >= 0) {
    return lines
      .map((each, at) => (at === first ? line : each))
      .filter((each, at) => at === first || !MODEL_LINE.test(each))
      .join(end);
  }
  return `${text}${text === '' || text.endsWith('\n') ? '' : end}${line}${end}`;
}

/**
 * Writes `MODEL=` into a `.env` file, which is made where there is none. It changes whole or not at all, and keeps its
 * mode: it holds the bot's token.
 *
 * @returns the line as it was written.
 * @throws VisionError `invalid-argument` for a value that the file cannot hold, or a file that cannot be written.
 */
export async function writeModel(file: string, value: string): Promise<string> {
  const line = `MODEL=${quoted(value)}`;
  // Of a link the file that it leads to is changed.
  const target = await realpath(file).catch(() => file);
  const draft = `${target}.${randomUUID()}`;
  try {
    const mode = await stat(target).then(
      (entry) => entry.mode & 0o777,
      () => PRIVATE,
    );
    await writeFile(draft, withModel(await readIfThere(target), line), { mode: PRIVATE, flag: 'wx' });
    await chmod(draft, mode);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw refused(`"${file}" cannot be written: ${error instanceof Error ? error.message : String(error)}.`, error);
  }
  return line;
}
