import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { METHODS } from '../cam/maps.js';
import { VisionError } from '../errors.js';

/** More classes than any published classifier has. */
const MAX_LABELS = 100_000;

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const languageCode = v.pipe(v.string(), v.regex(/^[a-z]{2}$/, 'expected a language code such as "id"'));

/** A label in one language, or by language code: `"cat"` or `{"en": "cat", "id": "kucing"}`. */
const label = v.union([text, v.record(languageCode, text)]);

/** `classifier.json`: what the model's files do not say about it. Every field may be left out. */
const classifierFile = v.strictObject({
  name: v.optional(text),
  labels: v.optional(v.pipe(v.array(label), v.maxLength(MAX_LABELS))),
  /** What pixel values 0 and 255 become. */
  range: v.optional(v.tuple([v.number(), v.number()])),
  resize: v.optional(v.picklist(['stretch', 'crop', 'letterbox'])),
  layer: v.optional(v.string()),
  method: v.optional(v.picklist(METHODS)),
  /** Below this probability of the first class the answer is "not sure"; 0..1. */
  threshold: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  /** Scores are divided by this before softmax (Guo et al. 2017). */
  temperature: v.optional(v.pipe(v.number(), v.gtValue(0))),
});

const teachableMetadata = v.looseObject({ labels: v.array(v.string()) });

/** A class's name in the languages it has; `en` always. */
export type Label = Readonly<Record<string, string>> & { readonly en: string };

/** Everything about a classifier beside its network, defaults filled in. */
export interface Classifier {
  readonly name: string;
  /** One label a class where the model has labels; else empty, and classes are called by number. */
  readonly labels: readonly Label[];
  /** What 0 and 255 become, or null where nobody says. */
  readonly range: readonly [number, number] | null;
  readonly resize: 'stretch' | 'crop' | 'letterbox';
  readonly layer: string | null;
  readonly method: (typeof METHODS)[number] | null;
  readonly threshold: number;
  readonly temperature: number;
}

async function readOptional(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new VisionError('invalid-model', `"${path}" cannot be read.`, { cause: error });
  }
}

/** Each finding with the field it is about. */
function issuesText(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`).join('; ');
}

async function readJson<S extends v.GenericSchema>(path: string, schema: S): Promise<v.InferOutput<S> | null> {
  const content = await readOptional(path);
  if (content === null) return null;
  try {
    return v.parse(schema, JSON.parse(content));
  } catch (error) {
    const why = v.isValiError(error) ? issuesText(error.issues) : String(error).replaceAll(/\s+/g, ' ');
    throw new VisionError('invalid-model', `"${path}" is not as it should be: ${why}`, { cause: error });
  }
}

function toLabel(given: string | Record<string, string>): Label {
  if (typeof given === 'string') return { en: given };
  const [first = ''] = Object.values(given);
  return { ...given, en: given['en'] ?? first };
}

/** Lines such as `cat` or, as Teachable Machine writes them, `0 cat`. */
function parseLabelLines(content: string): Label[] {
  const lines = content.split(/\r?\n/).map((line) => line.trim());
  const filled = lines.filter((line) => line !== '');
  const numbered = filled.length > 1 && filled.every((line, index) => line.startsWith(`${index} `));
  return filled.map((line) => toLabel(numbered ? line.slice(line.indexOf(' ') + 1) : line));
}

/** A list, or an object of index to label as ImageNet's is often given. */
const indexText = v.pipe(v.string(), v.regex(/^\d+$/, 'expected a class index'));
const labelsFile = v.union([
  v.array(label),
  v.pipe(
    v.record(indexText, v.union([label, v.array(v.string())])),
    v.transform((entries) => {
      const count = Object.keys(entries).reduce((most, index) => Math.max(most, Number(index)), -1) + 1;
      return Array.from({ length: Math.min(count, MAX_LABELS) }, (_, index) => {
        const value = entries[index] ?? `#${index}`;
        return Array.isArray(value) ? (value.at(-1) ?? `#${index}`) : value;
      });
    }),
  ),
]);

/**
 * Reads what a model folder says about the classifier: `classifier.json`, then labels from Teachable Machine's
 * `metadata.json`, `labels.json` or `labels.txt`.
 *
 * @param name what the model is called where `classifier.json` gives no name.
 * @throws VisionError `invalid-model` naming the file and the field.
 */
export async function readClassifier(folder: string, name: string): Promise<Classifier> {
  const file = (await readJson(join(folder, 'classifier.json'), classifierFile)) ?? {};
  const metadata = await readJson(join(folder, 'metadata.json'), v.looseObject({}));
  const teachable = v.safeParse(teachableMetadata, metadata);
  let labels = file.labels?.map(toLabel);
  if (labels === undefined && teachable.success) labels = teachable.output.labels.map(toLabel);
  labels ??= (await readJson(join(folder, 'labels.json'), labelsFile))?.map(toLabel);
  if (labels === undefined) {
    const lines = await readOptional(join(folder, 'labels.txt'));
    labels = lines === null ? [] : parseLabelLines(lines);
  }
  return {
    name: file.name ?? name,
    labels,
    // Teachable Machine trains on centre crops with pixels from -1 to 1.
    range: file.range ?? (teachable.success ? [-1, 1] : null),
    resize: file.resize ?? (teachable.success ? 'crop' : 'stretch'),
    layer: file.layer ?? null,
    method: file.method ?? null,
    threshold: file.threshold ?? 0,
    temperature: file.temperature ?? 1,
  };
}

/** The name of a class: its label in the language, else in English, else its number. */
export function labelOf(classifier: Classifier, index: number, language = 'en'): string {
  const found = classifier.labels[index];
  return found?.[language] ?? found?.en ?? `#${index}`;
}
