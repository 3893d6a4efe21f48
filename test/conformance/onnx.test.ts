import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, it } from 'vitest';
import { explainClass } from '../../src/vision/cam/class-map.js';
import { loadNetwork } from '../../src/vision/loaded-network.js';
import { compileModel } from '../../src/vision/model/compile.js';
import { probabilitiesOf } from '../../src/vision/probabilities.js';
import { refusal } from '../support/errors.js';
import { largestDifference } from '../support/numbers.js';
import { forward } from '../support/run.js';
import { waves } from '../support/zoo.js';

/** Where `test/onnx-zoo` has written, and where the table of what came out goes. */
const { SOROT_ONNX_ZOO: zoo = '', SOROT_ONNX_ZOO_TABLE: table = '' } = process.env;

const expectedFile = v.object({
  name: v.string(),
  opset: v.number(),
  exporter: v.string(),
  refused: v.boolean(),
  /** Whether the network scales pixels itself, and was given 0 to 255. */
  scales: v.optional(v.boolean(), false),
  outputs: v.optional(v.array(v.number())),
  map: v.nullish(v.object({ class: v.number(), cam: v.array(v.array(v.number())) })),
});

const entries = (zoo === '' ? [] : readdirSync(zoo)).flatMap((name) => {
  const file = join(zoo, name, 'expected.json');
  if (!existsSync(file)) return [];
  return [
    { path: join(zoo, name, 'model.onnx'), expected: v.parse(expectedFile, JSON.parse(readFileSync(file, 'utf8'))) },
  ];
});
if (zoo === '') process.stderr.write('SOROT_ONNX_ZOO names no folder, skipped: models made with PyTorch and Keras\n');

/** Cells of the table by the network's name. */
const rows = new Map<string, readonly string[]>();

/** Rows of the table for networks that were not made this time. */
function rowsOfBefore(): string[][] {
  const lines = existsSync(table) ? readFileSync(table, 'utf8').split('\n').slice(2) : [];
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter(([name]) => name !== undefined && !rows.has(name));
}

const small = (value: number): string => value.toExponential(0);

describe.runIf(entries.length > 0)('models of PyTorch and Keras as ONNX', () => {
  afterAll(async () => {
    if (table === '') return;
    const head = ['network', 'operator set', 'exporter', 'runs as', 'probabilities', 'Grad-CAM', 'explained'];
    const lines = [...rowsOfBefore(), ...rows.values()].sort(([a = ''], [b = '']) => a.localeCompare(b, 'en'));
    await writeFile(table, [head, head.map(() => '---'), ...lines].map((row) => `| ${row.join(' | ')} |\n`).join(''));
  });

  const computed = entries.filter(({ expected }) => !expected.refused);
  it.each(computed.map((entry) => [entry.expected.name, entry] as const))(
    '%s: probabilities and Grad-CAM within 1e-5 and 1e-3 of those computed in Python',
    async (name, { path, expected }) => {
      const { compiled } = await compileModel(path);
      const { plan, runner, head } = await loadNetwork(compiled, { threads: 2, model: path });
      try {
        const { height, width, channels } = plan.input;
        const { scores, cut } = await forward(runner, plan, waves([height, width, channels], expected.scales));
        const probabilities = largestDifference(
          probabilitiesOf(scores, plan.output),
          Float32Array.from(expected.outputs ?? []),
        );
        let map: number | null = null;
        if (expected.map && plan.target !== null) {
          const found = await explainClass(plan, { cut, run: () => head.run(cut) }, expected.map.class, 'gradcam');
          map = largestDifference(found.values, Float32Array.from(expected.map.cam.flat()));
        }
        rows.set(name, [
          name,
          String(expected.opset),
          expected.exporter,
          compiled.whole === null ? 'plan' : 'file',
          small(probabilities),
          map === null ? 'no map' : small(map),
          plan.target === null ? '' : `${plan.target.layer}, ${plan.target.shape.join(' x ')}`,
        ]);
        // Keras computes on TensorFlow, whose sums have another order than those of ONNX Runtime.
        expect(probabilities).toBeLessThan(expected.exporter === 'tf2onnx' ? 1e-4 : 1e-5);
        expect(plan.target === null).toBe(!expected.map);
        if (map !== null) expect(map, plan.target?.layer).toBeLessThan(1e-3);
      } finally {
        await runner.close();
      }
    },
  );

  const refused = entries.filter(({ expected }) => expected.refused);
  it.each(refused.map((entry) => [entry.expected.name, entry] as const))(
    '%s: refused',
    async (name, { path, expected }) => {
      const { message } = await refusal(compileModel(path));
      rows.set(name, [name, String(expected.opset), expected.exporter, `refused: ${message}`, '', '', '']);
      expect(message).toMatch(/^[A-Z].*\.$/);
    },
  );
});
