import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { VisionError } from '../../src/vision/vision-error.js';
import { readCompiled } from '../../src/vision/model/plan-file.js';
import { openModel } from '../../src/vision/model/source.js';
import { conformanceData, namesIn } from '../support/conformance-data.js';
import { newFolder } from '../support/folders.js';
import { animalsIn, distanceOf, megabytesIn, waves } from '../support/zoo.js';
import type { Animal, Compiler, Distance, Expected } from '../support/zoo.js';
import { loadStock } from './stock.js';

/** Where the scripts in `test/zoo` have written, and where the table of what came out goes. */
const { SOROT_ZOO: zoo = '', SOROT_ZOO_TABLE: table = '' } = process.env;

const MODELS = zoo === '' ? null : conformanceData('models', 'graphs that others have trained');

/** A graph that others have converted: Keras cannot read it, and TensorFlow.js itself tells what it answers. */
async function graphIn(name: string): Promise<Animal[]> {
  const path = join(MODELS ?? '', name);
  if ((await openModel(path)).form !== 'tfjs-graph') return [];
  const { generatedBy } = JSON.parse(await readFile(join(path, 'model.json'), 'utf8')) as { generatedBy: string };
  const stock = await loadStock(path);
  const input: Expected['input'] = [stock.input.height, stock.input.width, 3];
  const outputs = Array.from(stock.predict(waves(input, false)));
  const expected = { name: `${name}, trained by others`, api: `TensorFlow ${generatedBy}`, scales: false, outputs };
  return [
    {
      path,
      format: 'TensorFlow.js graph',
      megabytes: megabytesIn(path),
      expected: { ...expected, map: null, input, policy: null, head: 'softmax' },
    },
  ];
}

const animals = zoo === '' ? [] : [...animalsIn(zoo), ...(await Promise.all(namesIn(MODELS).map(graphIn))).flat()];
if (zoo === '') process.stderr.write('SOROT_ZOO names no folder, skipped: models made with Keras\n');

type Outcome = { readonly distance: Distance } | { readonly refusal: string };

const outcomes = new Map<Animal, Outcome>();

/** TensorFlow.js' memory never shrinks: larger models are compiled in processes of their own. */
const LARGE_MEGABYTES = 4;
const store = (await import(
  new URL('../../dist/vision/model/compiled-store.js', import.meta.url).href
)) as typeof import('../../src/vision/model/compiled-store.js');

const apart: Compiler = async (path, choice) => {
  const { folder } = await store.compiledModel(await openModel(path), choice, { into: await newFolder() });
  return readCompiled(folder);
};

const numberOf = (value: number | null): string => (value === null ? 'no map' : value.toExponential(0));

function cellOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not tried';
  if ('refusal' in outcome) return 'refused';
  const { probabilities, map, backend } = outcome.distance;
  return `${numberOf(probabilities)}, ${numberOf(map)}${backend === 'onnx' ? '' : `, on ${backend}`}`;
}

/** A row for each network and API, a column for each format, and the reasons of what is refused. */
function tableText(): string {
  const formats = [...new Set(animals.map(({ format }) => format))].sort();
  const head = ['network', 'made with', ...formats];
  const kinds = [...new Set(animals.map(({ expected }) => expected))].sort((a, b) =>
    a.name.localeCompare(b.name, 'en'),
  );
  const rows = kinds.map((expected) => {
    const mine = animals.filter((animal) => animal.expected === expected);
    const cells = formats.map((format) => {
      const animal = mine.find((each) => each.format === format);
      return animal === undefined ? '' : cellOf(outcomes.get(animal));
    });
    return [expected.name, expected.api, ...cells];
  });
  const reasons = new Map<string, Set<string>>();
  for (const [{ expected }, outcome] of outcomes) {
    if (!('refusal' in outcome)) continue;
    const reason = outcome.refusal.replaceAll(/"[^"]*"/g, '"…"');
    reasons.set(reason, (reasons.get(reason) ?? new Set()).add(expected.name));
  }
  const loads = [...outcomes.values()].filter((outcome) => 'distance' in outcome).length;
  return [
    `${loads} of ${animals.length} files load (${((100 * loads) / animals.length).toFixed(1)} %). A cell says how far the`,
    'probabilities and the Grad-CAM are from those of Keras, at most; there is no map where Keras has found no evidence for',
    'any class, and of a graph that others have trained, whose probabilities are compared with those of TensorFlow.js.',
    '',
    ...[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`),
    '',
    'Refused:',
    '',
    ...[...reasons].map(([reason, names]) => `- ${[...names].join(', ')}: ${reason}`),
    '',
  ].join('\n');
}

describe.runIf(animals.length > 0)('models made with Keras, or by others', () => {
  afterAll(async () => {
    if (table !== '') await writeFile(table, tableText());
  });

  it.each(animals.map((animal) => [animal.expected.name, animal.expected.api, animal.format, animal] as const))(
    '%s of %s as %s: probabilities within 1e-4 of those expected, Grad-CAM within 1e-3, or refused',
    async (_name, _api, _format, animal) => {
      let distance: Distance;
      try {
        distance = await distanceOf(animal, ...(animal.megabytes > LARGE_MEGABYTES ? [apart] : []));
      } catch (error) {
        outcomes.set(animal, { refusal: error instanceof Error ? error.message : String(error) });
        // What went wrong in the compiler has the code of what is refused there.
        if (error instanceof VisionError || (error instanceof Error && error.name === 'VisionError')) return;
        throw error;
      }
      outcomes.set(animal, { distance });
      expect(distance.probabilities).toBeLessThan(1e-4);
      if (distance.map !== null) expect(distance.map, distance.layer ?? '').toBeLessThan(1e-3);
    },
  );

  it('load, nineteen of twenty', () => {
    const loads = [...outcomes.values()].filter((outcome) => 'distance' in outcome).length;
    expect(loads / animals.length).toBeGreaterThanOrEqual(0.95);
  });
});
