import { writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { VisionError } from '../../src/vision/errors.js';
import { animalsIn, distanceOf } from '../support/zoo.js';
import type { Animal, Distance } from '../support/zoo.js';

/** Where `test/zoo/make_zoo.py` has written, and where the table of what came out goes. */
const { SOROT_ZOO: zoo = '', SOROT_ZOO_TABLE: table = '' } = process.env;

const animals = zoo === '' ? [] : animalsIn(zoo);

type Outcome = { readonly distance: Distance } | { readonly refusal: string };

const outcomes = new Map<Animal, Outcome>();

function cells(outcome: Outcome | undefined): string[] {
  if (outcome === undefined) return ['not tried', '', '', ''];
  if ('refusal' in outcome) return [`refused: ${outcome.refusal}`, '', '', ''];
  const { probabilities, map, backend } = outcome.distance;
  return ['yes', probabilities.toExponential(0), map === null ? 'no evidence' : map.toExponential(0), backend];
}

async function writeTable(): Promise<void> {
  const head = ['model', 'made with', 'file', 'MB', 'loads', 'probabilities', 'Grad-CAM', 'runs on'];
  const rows = animals.map((animal) => {
    const { expected, format, megabytes } = animal;
    return [expected.name, expected.api, format, megabytes.toFixed(1), ...cells(outcomes.get(animal))];
  });
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  const loads = [...outcomes.values()].filter((outcome) => 'distance' in outcome).length;
  const share = ((100 * loads) / animals.length).toFixed(1);
  await writeFile(table, `${lines.join('\n')}\n\n${loads} of ${animals.length} files load: ${share} %.\n`);
}

describe.runIf(animals.length > 0)('models made with Keras', () => {
  afterAll(async () => {
    if (table !== '') await writeTable();
  });

  it.each(animals.map((animal) => [animal.expected.name, animal.expected.api, animal.format, animal] as const))(
    '%s of %s as %s: probabilities within 1e-4 of Keras’, Grad-CAM within 1e-3, or refused',
    async (_name, _api, _format, animal) => {
      let distance: Distance;
      try {
        distance = await distanceOf(animal);
      } catch (error) {
        outcomes.set(animal, { refusal: error instanceof Error ? error.message : String(error) });
        if (error instanceof VisionError && error.code === 'invalid-model') return;
        throw error;
      }
      outcomes.set(animal, { distance });
      expect(distance.probabilities).toBeLessThan(1e-4);
      if (distance.map !== null) expect(distance.map, distance.layer ?? '').toBeLessThan(1e-3);
    },
  );
});
