import { maxIndex } from 'd3-array';
import { beforeAll, describe, expect, test } from 'vitest';
import { openSource } from '../../src/evaluation/picture-source.js';
import { Precisions } from '../../src/evaluation/precisions.js';
import type { PrecisionReport } from '../../src/evaluation/precisions.js';
import { truthOf } from '../../src/evaluation/truth.js';
import { DEFAULT_MODEL, findModel } from '../../src/models.js';
import { decodeForInput } from '../../src/vision/image/decode.js';
import { hasVnni } from '../../src/vision/int8/processor.js';
import { Vocabulary } from '../../src/vision/model/class-query.js';
import { readCompiled } from '../../src/vision/model/plan-file.js';
import { conformanceData } from '../support/conformance-data.js';
import { withEngine } from '../support/sorot.js';

const PHOTOGRAPHS = conformanceData('data/photographs/photographs.tar', 'int8 beside float32');

describe.runIf(PHOTOGRAPHS !== null && (await hasVnni()))('imagenet-1000 in int8 beside float32', () => {
  let report: PrecisionReport;
  const right = { float32: 0, int8: 0 };

  beforeAll(async () => {
    await withEngine(
      { model: findModel(DEFAULT_MODEL).path, precision: 'auto' },
      async ({ session, info, classifier }) => {
        const { int8 } = session;
        if (int8.kind !== 'own') throw new Error('The bundled model is not calibrated.');
        const precisions = await Precisions.load(await readCompiled(session.compiled), session, int8.data);
        if (!(precisions instanceof Precisions)) throw new Error(`int8 does not run: ${precisions.kind}`);
        const vocabulary = new Vocabulary(classifier, info.classes);
        for await (const { path, read } of (await openSource(PHOTOGRAPHS ?? '', 1)).pictures()) {
          const truth = truthOf(path, info.classes, vocabulary);
          if (truth === null) continue;
          const { data } = await decodeForInput(await read(), info.input, session.form);
          for (const name of ['float32', 'int8'] as const) {
            if (maxIndex(await precisions[name].probabilities(data)) === truth) right[name] += 1;
          }
          await precisions.add(data);
        }
        report = precisions.report();
        await precisions.close();
      },
    );
    process.stderr.write(
      `imagenet-1000, right: ${JSON.stringify(right)}, int8 beside float32: ${JSON.stringify(report)}\n`,
    );
  });

  test('names as many things rightly, less half a point', () => {
    expect(report.photos).toBe(300);
    expect(right.int8).toBeGreaterThanOrEqual(right.float32 - 0.005 * report.photos);
  });

  test('shows the same heatmaps', () => {
    expect(report.maps?.lowest).toBeGreaterThanOrEqual(0.98);
    expect(report.maps?.median).toBeGreaterThanOrEqual(0.995);
  });
});
