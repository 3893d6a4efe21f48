import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/vision/engine.js';
import { conformanceData } from '../support/conformance-data.js';
import { indexOfLargest } from '../support/numbers.js';
import { engineModule, ROOT } from '../support/sorot.js';

const archive = conformanceData('data/cifar10/validation.tar.gz', 'the accuracy of the small model of the tests');

describe.runIf(archive !== null)('the small model of the tests on validation pictures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sorot-validation-'));
  let engine: Engine | undefined;

  beforeAll(async () => {
    execFileSync('tar', ['-xzf', archive ?? '', '-C', folder]);
    engine = await engineModule.Engine.start({ model: join(ROOT, 'test/models/everyday-10'), name: 'everyday-10' });
  });

  afterAll(async () => {
    await engine?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('names at least 80 % of them right, decoded and run as any photo', async () => {
    const classes = readdirSync(join(folder, 'validation'));
    let right = 0;
    let total = 0;
    for (const name of classes) {
      for (const file of readdirSync(join(folder, 'validation', name))) {
        const photo = engineModule.photoOf(readFileSync(join(folder, 'validation', name, file)));
        const prediction = await engine?.predict(photo);
        if (prediction && engine?.classifier.labels[indexOfLargest(prediction.probabilities)]?.names.en === name) {
          right += 1;
        }
        total += 1;
      }
    }
    process.stderr.write(`everyday-10: ${right} of ${total} validation pictures right\n`);
    expect(total).toBe(5000);
    expect(right / total).toBeGreaterThanOrEqual(0.8);
  });
});
