import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { newFolder } from '../support/sorot.js';
import { documentOf } from './report.js';

export const LABELS = [
  { en: 'aeroplane', id: 'pesawat' },
  { en: 'boat', id: 'perahu' },
  { en: 'cat', id: 'kucing' },
  { en: 'dog', id: 'anjing' },
  { en: 'eagle', id: 'elang' },
  { en: 'red fox', id: 'rubah' },
];

/** Every class in a kind, so that a photo's kind is known. */
const GROUPS = [
  { label: 'vehicle', classes: ['aeroplane', 'boat'] },
  { label: 'animal', classes: ['cat', 'dog', 'eagle', 'red fox'] },
];

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const areas = v.strictObject({ deletion: share, insertion: share });
const correlation = v.nullable(v.strictObject({ correlation: v.pipe(v.number(), v.minValue(-1), v.maxValue(1)) }));

/** The fields a script may rely on. */
export const evaluation = v.object({
  model: v.object({
    name: v.string(),
    classes: v.array(v.string()),
    kinds: v.number(),
    threshold: v.object({ class: share, group: share }),
  }),
  data: v.object({ from: v.string(), photos: v.number(), refused: v.number() }),
  accuracy: v.object({
    top1: share,
    top5: share,
    kind: v.nullable(v.strictObject({ photos: v.number(), right: share })),
  }),
  told: v.strictObject({ class: share, kind: share, notSure: share, wrong: share }),
  confusion: v.object({ matrix: v.nullable(v.array(v.array(v.number()))), mistakes: v.array(v.unknown()) }),
  calibration: v.object({ error: share, bins: v.array(v.unknown()), mended: v.nullable(v.unknown()) }),
  curve: v.array(v.object({ threshold: share, wrong: share, none: v.nullable(share) })),
  none: v.nullable(
    v.object({
      pictures: v.number(),
      right: share,
      kinds: v.array(v.strictObject({ kind: v.string(), pictures: v.number(), right: share })),
    }),
  ),
  milliseconds: v.object({ predict: v.object({ median: v.number(), p95: v.number() }) }),
  heatmaps: v.union([
    v.strictObject({ unavailable: v.string() }),
    v.object({
      photos: v.number(),
      without: v.number(),
      pairs: v.nullable(v.strictObject({ pairs: v.number(), right: v.number() })),
      perturbing: v.nullable(
        v.object({ means: v.strictObject({ heatmap: areas, random: areas, centre: areas, edges: areas }) }),
      ),
      randomising: v.strictObject({ last: correlation, all: correlation }),
      compared: v.nullable(v.object({ photos: v.number(), methods: v.array(v.looseObject({ method: v.string() })) })),
    }),
  ]),
  worst: v.array(v.object({ path: v.string(), wrong: v.boolean() })),
});

/** The one JSON document that `sorot evaluate --json` prints. */
export const measured = (stdout: string) => v.parse(evaluation, documentOf(stdout));

/** `classifier.json` of a model of six classes. */
export const classifier = (threshold: number) => ({ labels: LABELS, groups: GROUPS, range: [0, 255], threshold });

/** A new folder of files by path. */
export async function folderOf(files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const folder = await newFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}
