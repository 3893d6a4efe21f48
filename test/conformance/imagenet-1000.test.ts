import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { writePicturesOfNothing } from '../../bench/nothing/pictures.js';
import { newFolder, COMMAND } from '../support/sorot.js';
import { SHARED } from './shared.js';

const PHOTOGRAPHS = join(SHARED, 'data', 'photographs', 'photographs.tar');

/** The measures of a hundred photos' heatmaps: some thirty thousand passes of the network. */
const WITHIN = 480_000;

const perturbed = v.object({ deletion: v.number(), insertion: v.number() });

/** What of `sorot evaluate --json` is held to bounds here. */
const report = v.object({
  data: v.object({ photos: v.number(), refused: v.number() }),
  accuracy: v.object({ top1: v.number(), top5: v.number(), kind: v.object({ photos: v.number(), right: v.number() }) }),
  told: v.object({ class: v.number(), kind: v.number(), notSure: v.number(), wrong: v.number() }),
  none: v.object({ pictures: v.number(), right: v.number() }),
  heatmaps: v.object({
    pairs: v.object({ pairs: v.number(), right: v.number() }),
    perturbing: v.object({
      means: v.object({ heatmap: perturbed, random: perturbed, centre: perturbed, edges: perturbed }),
    }),
  }),
});

describe.runIf(existsSync(PHOTOGRAPHS))('imagenet-1000 on 300 photographs and 100 pictures of nothing', () => {
  let measured: v.InferOutput<typeof report>;

  beforeAll(async () => {
    const folder = await newFolder();
    await writePicturesOfNothing(folder);
    const args = ['evaluate', 'imagenet-1000', '--data', PHOTOGRAPHS, '--none', join(folder, 'figures'), '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], { maxBuffer: 64 * 2 ** 20 });
    measured = v.parse(report, JSON.parse(stdout));
  }, WITHIN);

  test('names the thing, and its kind', () => {
    const { data, accuracy } = measured;
    expect(data).toMatchObject({ photos: 300, refused: 0 });
    expect(accuracy.top1).toBeGreaterThanOrEqual(0.8);
    expect(accuracy.top5).toBeGreaterThanOrEqual(0.96);
    expect(accuracy.kind.photos).toBeGreaterThan(250);
    expect(accuracy.kind.right).toBeGreaterThanOrEqual(0.92);
  });

  test('answers nearly always, and is seldom wrong when it does', () => {
    const { told } = measured;
    expect(told.class).toBeGreaterThanOrEqual(0.65);
    expect(told.class + told.kind).toBeGreaterThanOrEqual(0.95);
    expect(told.wrong).toBeLessThanOrEqual(0.08);
  });

  test('is not sure of pictures that show nothing', () => {
    expect(measured.none.pictures).toBe(100);
    expect(measured.none.right).toBeGreaterThanOrEqual(0.8);
  });

  test('looks at the right one of two photos beside each other', () => {
    const { pairs, right } = measured.heatmaps.pairs;
    expect(pairs).toBe(100);
    expect(right).toBeGreaterThanOrEqual(95);
  });

  test('needs what its heatmaps show more than what any other order shows', () => {
    const { heatmap, ...others } = measured.heatmaps.perturbing.means;
    for (const other of Object.values(others)) {
      expect(heatmap.deletion).toBeLessThan(other.deletion);
      expect(heatmap.insertion).toBeGreaterThan(other.insertion);
    }
  });
});
