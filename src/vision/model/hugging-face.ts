import { join } from 'node:path';
import * as v from 'valibot';
import { LEAST_SHARE } from '../image/geometry.js';
import type { Interpolation, ResizeRule } from '../image/geometry.js';
import type { PixelRange } from '../pixel-range.js';
import { VisionError } from '../vision-error.js';
import { parseJson, readDescription, readJson } from './bounded-json.js';
import type { CompileChoice } from './choice.js';
import { labelText, MAX_LABELS } from './labels.js';

/** Files that `save_pretrained` and Optimum's export leave beside a network (https://huggingface.co/docs/transformers). */
const [CONFIG, PREPROCESSOR] = ['config.json', 'preprocessor_config.json'];
export const HUGGING_FACE_FILES = [CONFIG, PREPROCESSOR] as const;

/** What Hugging Face's files say of a classifier. */
export interface HuggingFaceWords {
  /** Names of the classes, one for each; empty where they have none. */
  readonly labels: readonly string[];
  /** What it is given, where the network takes any. */
  readonly picture: CompileChoice['picture'];
  readonly range: PixelRange | null;
  readonly resize: ResizeRule | null;
  readonly interpolation: Interpolation | null;
}

const side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));
const rectangle = v.object({ height: side, width: side });
/** A number for each colour, or one for all. */
const ofColours = <S extends v.GenericSchema<number>>(each: S) =>
  v.nullish(
    v.union([
      v.pipe(v.array(each), v.minLength(1), v.maxLength(3)),
      v.pipe(
        each,
        v.transform((one) => [one]),
      ),
    ]),
  );

const config = v.object({ id2label: v.record(v.string(), v.string()), problem_type: v.nullish(v.string()) });

/** What its image processors are made of, as all of them name it. */
const preprocessor = v.object({
  do_resize: v.optional(v.boolean(), true),
  size: v.nullish(v.union([side, rectangle, v.object({ shortest_edge: side })])),
  do_center_crop: v.nullish(v.boolean()),
  crop_size: v.nullish(v.union([side, rectangle])),
  /** Of ConvNeXT's: what is smaller than 384 is cut out of the middle. */
  crop_pct: v.nullish(v.number()),
  resample: v.nullish(v.number()),
  do_rescale: v.nullish(v.boolean()),
  rescale_factor: v.nullish(v.pipe(v.number(), v.gtValue(0))),
  /** Of EfficientNet's: 1 is taken from what was scaled. */
  rescale_offset: v.nullish(v.boolean()),
  do_normalize: v.nullish(v.boolean()),
  image_mean: ofColours(v.number()),
  image_std: ofColours(v.pipe(v.number(), v.gtValue(0))),
  /** Of EfficientNet's: divided by the deviation once more. */
  include_top: v.nullish(v.boolean()),
  /** Of MobileViT's: blue before green before red. */
  do_flip_channel_order: v.nullish(
    v.literal(false, 'blue before red is not read: turn the channels around in the network before it is exported'),
  ),
});

type Preprocessor = v.InferOutput<typeof preprocessor>;

/** Numbers of Pillow's filters. */
const FILTERS: Readonly<Record<number, Interpolation>> = { 1: 'lanczos3', 2: 'bilinear', 3: 'bicubic' };

/** ConvNeXT's processor cuts the middle out of what is smaller, and stretches what is not. */
const STRETCHED_FROM = 384;

/** What it calls classes that nobody has named. */
const UNNAMED = /^LABEL_\d+$/;

/**
 * The names of a `config.json` in the order of their numbers; none where a number is missing, where all are called by it,
 * or where the file is about something else: others have files of that name.
 *
 * @throws VisionError `invalid-model` for classes that are no alternatives.
 */
async function labelsIn(path: string): Promise<readonly string[]> {
  const bytes = await readDescription(path);
  if (bytes === null) return [];
  let read: unknown;
  try {
    read = parseJson(bytes);
  } catch {
    return [];
  }
  const { success, output } = v.safeParse(config, read);
  if (!success || Object.keys(output.id2label).length > MAX_LABELS) return [];
  const { id2label, problem_type: problem } = output;
  // Its scores would be read as alternatives, and none of the percentages be true.
  if (problem === 'multi_label_classification') {
    throw new VisionError(
      'invalid-model',
      `"${path}" says that several classes may be true at once (problem_type), which its scores do not tell from alternatives: export the network with a sigmoid at its end, and take problem_type away.`,
    );
  }
  const names = Object.keys(id2label).map((_, index) => id2label[index]?.trim() ?? '');
  return names.every((name) => v.is(labelText, name) && !UNNAMED.test(name)) ? names : [];
}

interface Sides {
  readonly height: number;
  readonly width: number;
}

const sidesOf = (given: number | Sides): Sides => (typeof given === 'number' ? { height: given, width: given } : given);

/** So much of the middle of what is stretched or cut; all of it where that is not less. */
function middle(of: 'stretch' | 'crop', share: number): ResizeRule {
  if (share >= 1) return of;
  const kept = Math.max(share, LEAST_SHARE);
  return of === 'crop' ? { crop: kept } : { stretch: kept };
}

/** The size of what is given, and how photos of other shapes come to it. */
function formOf({
  do_resize: resizes,
  size: given,
  do_center_crop: crops,
  crop_size: crop,
  crop_pct: share,
}: Preprocessor): {
  readonly sides: Sides | null;
  readonly resize: ResizeRule | null;
} {
  const size = resizes && given ? given : null;
  const whole = typeof size === 'object' && size !== null && 'height' in size ? size : null;
  const edge = typeof size === 'number' ? size : size !== null && 'shortest_edge' in size ? size.shortest_edge : null;
  if (crops === true && crop) {
    const sides = sidesOf(crop);
    if (whole !== null) return { sides, resize: middle('stretch', sides.height / whole.height) };
    return { sides, resize: middle('crop', edge === null ? 1 : Math.max(sides.height, sides.width) / edge) };
  }
  if (whole !== null) return { sides: whole, resize: 'stretch' };
  if (edge === null) return { sides: null, resize: null };
  return { sides: sidesOf(edge), resize: share && edge < STRETCHED_FROM ? middle('crop', share) : 'stretch' };
}

/** What is one too many in the last digits, as of 0.00392156862745098 for 1/255, is left out. */
const rounded = (value: number): number => Number(value.toPrecision(9));

/** What pixels become: scaled from 0 to 255, then without the mean and divided by the deviation. */
function rangeOf(given: Preprocessor): PixelRange {
  const scale = given.do_rescale === false ? 255 : rounded(255 * (given.rescale_factor ?? 1 / 255));
  const offset = given.rescale_offset === true ? -1 : 0;
  const { image_mean: mean, image_std: deviation } = given;
  if (given.do_normalize === false || !mean || !deviation) return [offset, offset + scale];
  const divisions = given.include_top === true ? 2 : 1;
  const ofAll = (values: readonly number[], of: (value: number) => number): [number, number, number] => {
    const [red = 0, green = red, blue = red] = values.map((value) => rounded(of(value)));
    return [red, green, blue];
  };
  return {
    mean: ofAll(mean, (value) => (value - offset) / scale),
    deviation: ofAll(deviation, (value) => value ** divisions / scale),
  };
}

/**
 * Reads what Hugging Face's files beside a network say: names of classes in `config.json`, and in
 * `preprocessor_config.json` how photos become the picture.
 *
 * @throws VisionError `invalid-model` naming the file and the field.
 */
export async function readHuggingFace(folder: string): Promise<HuggingFaceWords> {
  const labels = await labelsIn(join(folder, CONFIG));
  const given = await readJson(join(folder, PREPROCESSOR), preprocessor);
  if (given === null) return { labels, picture: null, range: null, resize: null, interpolation: null };
  const { sides, resize } = formOf(given);
  return {
    labels,
    picture: sides && { ...sides, channels: 3 },
    range: rangeOf(given),
    resize,
    interpolation: FILTERS[given.resample ?? 2] ?? null,
  };
}
