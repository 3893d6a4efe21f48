import * as v from 'valibot';
import type { CompileChoice } from '../choice.js';
import { labelText, MAX_LABELS } from '../labels.js';
import type { OnnxModel } from './onnx-file.js';

/** What the program that saved a file wrote into its metadata about the classifier. */
export interface OwnWords {
  /** Names of the classes; null where there are none, or not one for each. */
  readonly names: readonly string[] | null;
  readonly picture: CompileChoice['picture'];
  /** Whether it is Ultralytics', which trains on the middle of pictures with pixels from 0 to 1. */
  readonly isUltralytics: boolean;
}

/** The longest text of names that is read: so many classes of so many letters. */
const MOST_TEXT = 8 * 2 ** 20;

/** An entry of a dictionary of Python, `0: 'tench',`, up to the next. */
const ENTRY = /\s*(\d{1,6}):\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?:,|$)/suy;

/**
 * Names of classes as Ultralytics writes them, a dictionary as Python prints it: `{0: 'tench', 1: "bird's nest"}`.
 *
 * @returns null of any other text, and where a class from 0 on has no name.
 */
export function namesIn(text: string): string[] | null {
  const [, content] = /^\s*\{(.*)\}\s*$/su.exec(text.slice(0, MOST_TEXT)) ?? [];
  if (content === undefined) return null;
  const names = new Map<number, string>();
  const entry = new RegExp(ENTRY);
  while (entry.lastIndex < content.length) {
    const [, index, single, double] = entry.exec(content) ?? [];
    if (index === undefined || names.size === MAX_LABELS) return null;
    // Nothing else that is printed has a backslash before it.
    names.set(Number(index), (single ?? double ?? '').replaceAll(/\\(['"\\])/g, '$1').trim());
  }
  const inOrder = Array.from({ length: names.size }, (_, index) => names.get(index) ?? '');
  return inOrder.length > 0 && inOrder.every((name) => v.is(labelText, name)) ? inOrder : null;
}

/** What a file's metadata says, in Ultralytics' words (`Exporter` of its engine/exporter.py). */
export function ownWords({ metadata }: OnnxModel): OwnWords {
  const [, height, width] = /^[[(](\d{1,5}), ?(\d{1,5})[\])]$/.exec(metadata.get('imgsz') ?? '') ?? [];
  return {
    names: namesIn(metadata.get('names') ?? ''),
    picture: height === undefined ? null : { height: Number(height), width: Number(width), channels: 3 },
    isUltralytics: metadata.get('author') === 'Ultralytics',
  };
}
