import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { METHODS } from '../cam/methods.js';
import { VisionError } from '../vision-error.js';
import { INTERPOLATIONS, LEAST_SHARE } from '../image/geometry.js';
import type { Interpolation, ResizeRule } from '../image/geometry.js';
import { NAMED_RANGES } from '../pixel-range.js';
import type { PixelRange } from '../pixel-range.js';
import { readDescription, readJson } from './bounded-json.js';
import type { CompileChoice } from './choice.js';
import type { Findings } from './findings.js';
import { groupsSchema, resolveGroups } from './groups.js';
import type { Group } from './groups.js';
import { readHuggingFace } from './hugging-face.js';
import {
  areNumbered,
  labelSchema,
  labelsFile,
  labelText,
  MAX_LABELS,
  nameIn,
  parseLabelLines,
  toLabel,
} from './labels.js';
import type { Label } from './labels.js';

/** The threshold of a model that has none of its own: an answer that is more likely wrong than right is none. */
const DEFAULT_THRESHOLD = 0.5;

const probability = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

const ofColours = <S extends v.GenericSchema<number>>(each: S) => v.tuple([each, each, each]);

const share = v.pipe(v.number(), v.minValue(LEAST_SHARE), v.maxValue(1));

/** `classifier.json`: what the model's files do not say about it. Every field may be left out. */
const classifierFile = v.strictObject({
  name: v.optional(labelText),
  labels: v.optional(v.pipe(v.array(labelSchema), v.maxLength(MAX_LABELS))),
  /** Kinds of classes; for models whose probabilities add up to one. */
  groups: v.optional(groupsSchema),
  /** What pixel values become: what 0 and 255 do, a preprocessing by its name, or mean and deviation of 0 to 1. */
  range: v.optional(
    v.union([
      v.tuple([v.number(), v.number()]),
      v.picklist(NAMED_RANGES),
      v.strictObject({ mean: ofColours(v.number()), deviation: ofColours(v.pipe(v.number(), v.gtValue(0))) }),
    ]),
  ),
  resize: v.optional(
    v.union(
      [
        v.picklist(['stretch', 'crop', 'letterbox']),
        v.strictObject({ stretch: share }),
        v.strictObject({ crop: share }),
      ],
      'expected "stretch", "crop", "letterbox", or one of the first two with a share: { "crop": 0.875 }',
    ),
  ),
  interpolation: v.optional(v.picklist(INTERPOLATIONS)),
  layer: v.optional(v.string()),
  /** The output that is the classification, of a model that has several. */
  output: v.optional(v.string()),
  method: v.optional(v.picklist(METHODS)),
  /** What is less likely than this is not answered: one number, or one for classes and one for kinds. */
  threshold: v.optional(v.union([probability, v.strictObject({ class: probability, group: probability })])),
  /** The likeliest class's score stands at least so many standard deviations above the mean of all scores. */
  standardScore: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Scores are divided by this before softmax (Guo et al. 2017). */
  temperature: v.optional(v.pipe(v.number(), v.gtValue(0))),
});

/** What Teachable Machine calls the network of its Keras export. */
const TEACHABLE_KERAS = 'keras_model.h5';

const teachableMetadata = v.looseObject({ labels: v.array(v.string()) });

/** One class of a classifier, or one of its kinds, by index. */
export interface ClassOrGroup {
  readonly type: 'class' | 'group';
  readonly index: number;
}

/** Everything about a classifier beside its network, defaults filled in. */
export interface Classifier {
  readonly name: string;
  /** One label a class where the model has labels; else empty, and classes are called by number. */
  readonly labels: readonly Label[];
  /** Kinds of classes, a tree; empty where the model has none. */
  readonly groups: readonly Group[];
  /** The file that the labels are from; null where there are none. */
  readonly labelsFile: string | null;
  /** What nobody said and the network's own file says, or the program that saved it tells. */
  readonly fromNetwork: readonly ('labels' | 'resize')[];
  /** What `classifier.json` says pixel values become, or null. */
  readonly range: PixelRange | null;
  /** What Hugging Face's `preprocessor_config.json` says they become, or null. */
  readonly preprocessor: PixelRange | null;
  /**
   * Whether the files are Teachable Machine's: by its `metadata.json`, or as its Keras export has them. It trains on the
   * middle of pictures with pixels from -1 to 1.
   */
  readonly teachable: 'metadata' | 'keras-export' | null;
  readonly resize: ResizeRule;
  /** How pictures are made small; `bilinear` where nobody says. */
  readonly interpolation: Interpolation;
  readonly layer: string | null;
  /** The output that is the classification, or null for the one that is found. */
  readonly output: string | null;
  readonly method: (typeof METHODS)[number] | null;
  /** The answer is a class or a kind at least this likely, else "not sure"; 0..1. */
  readonly threshold: Readonly<Record<ClassOrGroup['type'], number>>;
  /** Where all scores are much alike there is nothing to be sure of: the least standard score of an answer; 0 for any. */
  readonly standardScore: number;
  readonly temperature: number;
}

function groupsOf(path: string, given: v.InferOutput<typeof groupsSchema>, labels: readonly Label[]): Group[] {
  try {
    const groups = resolveGroups(given, labels);
    const last = Math.max(...groups.flatMap(({ own }) => own));
    if (labels.length > 0 && last >= labels.length) {
      throw new RangeError(`class #${last} stands in a group, and there are ${labels.length} labels`);
    }
    return groups;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new VisionError('invalid-model', `"${path}" is not as it should be: ${error.message}.`, { cause: error });
  }
}

/** Labels of `labels.json` or `labels.txt`, and the file they are from. */
async function readLabels(folder: string): Promise<{ labels: readonly Label[]; from: string | null }> {
  const list = await readJson(join(folder, 'labels.json'), labelsFile);
  if (list !== null) return { labels: list.map(toLabel), from: 'labels.json' };
  const lines = await readDescription(join(folder, 'labels.txt'));
  if (lines === null) return { labels: [], from: null };
  return { labels: parseLabelLines(lines.toString('utf8')), from: 'labels.txt' };
}

/** Whether a folder holds what Teachable Machine exports for Keras: a network of that name and numbered labels. */
async function isTeachableKeras(folder: string): Promise<boolean> {
  const there = await access(join(folder, TEACHABLE_KERAS)).then(
    () => true,
    () => false,
  );
  const lines = there ? await readDescription(join(folder, 'labels.txt')) : null;
  return lines !== null && areNumbered(lines.toString('utf8'));
}

/** What a network's own file says of the classifier. */
type InNetwork = Pick<Findings, 'labels' | 'resize'> & { readonly file: string };

const NOTHING: InNetwork = { labels: [], resize: null, file: '' };

/** What lies beside a network: `classifier.json`, and labels from it or from the files that others write. */
async function readBeside(folder: string) {
  const file = (await readJson(join(folder, 'classifier.json'), classifierFile)) ?? {};
  const metadata = await readJson(join(folder, 'metadata.json'), v.looseObject({}));
  const teachable = v.safeParse(teachableMetadata, metadata);
  const said = file.labels ?? (teachable.success ? teachable.output.labels : undefined);
  const huggingFace = await readHuggingFace(folder);
  let labelled =
    said === undefined
      ? await readLabels(folder)
      : { labels: said.map(toLabel), from: file.labels ? 'classifier.json' : 'metadata.json' };
  if (labelled.labels.length === 0 && huggingFace.labels.length > 0) {
    labelled = { labels: huggingFace.labels.map(toLabel), from: 'config.json' };
  }
  return { file, isTeachable: teachable.success, huggingFace, ...labelled };
}

/**
 * What a model's files decide of its network before it is compiled.
 *
 * @throws VisionError `invalid-model` naming the file and the field.
 */
export async function readChoice(folder: string): Promise<CompileChoice> {
  const { file, labels, huggingFace } = await readBeside(folder);
  const { picture } = huggingFace;
  return { layer: file.layer ?? null, output: file.output ?? null, labels: labels.length, picture };
}

/**
 * Reads what a model folder says about the classifier: `classifier.json`, then labels from Teachable Machine's
 * `metadata.json`, `labels.json` or `labels.txt`, then what Hugging Face's files say, and what is known of the network's
 * own file.
 *
 * @param name what the model is called where `classifier.json` gives no name.
 * @throws VisionError `invalid-model` naming the file and the field.
 */
export async function readClassifier(folder: string, name: string, network = NOTHING): Promise<Classifier> {
  const { file, isTeachable, huggingFace, ...beside } = await readBeside(folder);
  const isNamed = beside.labels.length === 0 && network.labels.length > 0;
  const { labels, from } = isNamed ? { labels: network.labels.map(toLabel), from: basename(network.file) } : beside;
  const made = isTeachable ? 'metadata' : (await isTeachableKeras(folder)) ? 'keras-export' : null;
  const { threshold = DEFAULT_THRESHOLD } = file;
  const resize = file.resize ?? huggingFace.resize ?? (made === null ? null : 'crop');
  return {
    name: file.name ?? name,
    labels,
    labelsFile: from,
    fromNetwork: [
      ...(isNamed ? (['labels'] as const) : []),
      ...(resize === null && network.resize !== null ? (['resize'] as const) : []),
    ],
    groups: groupsOf(join(folder, 'classifier.json'), file.groups ?? [], labels),
    range: file.range ?? null,
    preprocessor: huggingFace.range,
    teachable: made,
    resize: resize ?? network.resize?.to ?? 'stretch',
    interpolation: file.interpolation ?? huggingFace.interpolation ?? 'bilinear',
    layer: file.layer ?? null,
    output: file.output ?? null,
    method: file.method ?? null,
    threshold: typeof threshold === 'number' ? { class: threshold, group: threshold } : threshold,
    standardScore: file.standardScore ?? 0,
    temperature: file.temperature ?? 1,
  };
}

/** The name of a class or a kind: its label in the language, else in English, else its number. */
export function nameOf(classifier: Classifier, { type, index }: ClassOrGroup, language = 'en'): string {
  const label = type === 'class' ? classifier.labels[index] : classifier.groups[index]?.label;
  return label === undefined ? `#${index}` : nameIn(label, language);
}

/**
 * The class indices that a class or a kind stands for: one, or the kind's members.
 *
 * @throws VisionError `invalid-argument` for a kind the classifier does not have.
 */
export function membersOf(classifier: Classifier, { type, index }: ClassOrGroup): readonly number[] {
  if (type === 'class') return [index];
  const group = classifier.groups[index];
  if (group === undefined) throw new VisionError('invalid-argument', `The model has no group ${index}.`);
  return group.members;
}
