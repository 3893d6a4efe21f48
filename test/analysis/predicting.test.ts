import { beforeAll, describe, expect, it } from 'vitest';
import { mostKept } from '../../src/analysis/predictions.js';
import { AnalysisError } from '../../src/analysis/reasons.js';
import type { PhotoSource } from '../../src/analysis/service.js';
import { HOSTILE, photograph, slowPhotograph } from '../support/pictures.js';
import { copyModel } from '../support/sorot.js';
import { FIRST_CLASS, Gate, LEGEND, outcomeOf, sourceOf, until, withAnalysis } from './support.js';

let quick: Buffer;

beforeAll(async () => {
  quick = await photograph(1, 640, 480);
});

describe('a photo', () => {
  it('is predicted: every class, the answer, the photo, the times', async () => {
    await withAnalysis({}, async ({ analysis, log }) => {
      const prediction = await analysis.predict(sourceOf('a', quick), 'ayu', log);
      const { probabilities, answer } = prediction;
      expect(probabilities.length).toBe(analysis.model.classes);
      expect(probabilities.reduce((sum, each) => sum + each)).toBeCloseTo(1, 5);
      expect(answer.about.probability).toBe(Math.max(...probabilities));
      expect(probabilities[answer.about.index]).toBe(answer.about.probability);
      expect(prediction.photo).toEqual({ format: 'jpeg', width: 640, height: 480 });
      expect(prediction.cached).toBe(false);
      expect(Object.keys(prediction.milliseconds).sort()).toEqual(['decode', 'fetch', 'predict']);
    });
  });

  it('is answered with doubt where the first class stays below the threshold of the model', async () => {
    const answers: unknown[] = [];
    for (const threshold of [0, 1]) {
      const model = await copyModel('flatten-dense', 'doubtful', { threshold });
      await withAnalysis({ engine: { model } }, async ({ analysis, log }) => {
        const { answer, probabilities } = await analysis.predict(sourceOf('a', quick), 'ayu', log);
        expect(answer.about.probability).toBe(Math.max(...probabilities));
        answers.push(answer.type);
      });
    }
    expect(answers).toEqual(['class', 'not-sure']);
  });

  it('is computed once: later ones are answered from the cache, without a fetch', async () => {
    await withAnalysis({}, async ({ analysis, log, metric }) => {
      const source = sourceOf('a', quick);
      expect(await analysis.known('a')).toBeUndefined();
      const first = await analysis.predict(source, 'ayu', log);
      const second = await analysis.predict(source, 'budi', log);
      expect(second).toEqual({ ...first, cached: true });
      expect(await analysis.known('a')).toEqual(second);
      expect(source.fetches).toBe(1);
      expect(analysis.status().cache).toEqual({ entries: 1, limit: 100, hits: 1, misses: 1 });
      expect(await metric('sorot_predictions_total{outcome="ok"}')).toBe(1);
      expect(await metric('sorot_predictions_total{outcome="cached"}')).toBe(1);
    });
  });

  it('asked for by several at once is computed once', async () => {
    await withAnalysis({ options: { personLimit: 2 } }, async ({ analysis, log }) => {
      const gate = new Gate();
      const source = sourceOf('a', quick, gate);
      const asked = ['ayu', 'ayu', 'budi'].map((person) => analysis.predict(source, person, log));
      expect(await outcomeOf(analysis.predict(source, 'ayu', log))).toBe('busy');
      gate.open();
      const [first, ...others] = await Promise.all(asked);
      expect(others).toEqual([first, first]);
      expect(source.fetches).toBe(1);
    });
  });

  it('that failed is not kept: asked for again, it is tried again', async () => {
    await withAnalysis({}, async ({ analysis, log }) => {
      const bad = sourceOf('a', Buffer.from('no picture'));
      expect(await outcomeOf(analysis.predict(bad, 'ayu', log))).toBe('unsupported-image');
      expect(await outcomeOf(analysis.predict(sourceOf('a', quick), 'ayu', log))).toBe('resolved');
    });
  });
});

it('gives a reason for each hostile file, and predicts the next photo', async () => {
  await withAnalysis({}, async ({ analysis, log }) => {
    const outcomes = await Promise.all(
      Object.entries(HOSTILE).map(async ([name, bytes]) =>
        outcomeOf(analysis.predict(sourceOf(name, await bytes()), 'ayu', log)),
      ),
    );
    expect(outcomes.filter((outcome) => outcome !== 'unsupported-image' && outcome !== 'too-large')).toEqual([]);
    expect(await outcomeOf(analysis.predict(sourceOf('good', quick), 'ayu', log))).toBe('resolved');
  });
});

describe('fetching', () => {
  const predicted = (source: PhotoSource, fetchTimeoutMs = 60_000): Promise<string> =>
    withAnalysis({ options: { fetchTimeoutMs } }, ({ analysis, log }) =>
      outcomeOf(analysis.predict(source, 'ayu', log)),
    );

  it('keeps the reason that the source gives', async () => {
    const fetch = (): Promise<never> => Promise.reject(new AnalysisError('photo-gone', 'gone'));
    expect(await predicted({ key: 'a', fetch })).toBe('photo-gone');
  });

  it('calls every other failure one of Telegram', async () => {
    const fetch = (): Promise<never> => Promise.reject(new Error('ECONNRESET'));
    expect(await predicted({ key: 'a', fetch })).toBe('telegram');
  });

  it('ends at its deadline and tells the source so', async () => {
    const told = new Gate();
    const fetch = (signal: AbortSignal): Promise<never> => {
      signal.addEventListener('abort', () => {
        told.open();
      });
      return new Promise(() => undefined);
    };
    expect(await predicted({ key: 'a', fetch }, 20)).toBe('telegram');
    await told.opened;
  });

  it('that fails logs nothing of the address it was about', async () => {
    await withAnalysis({}, async ({ analysis, log, lines }) => {
      const url = 'https://api.telegram.org/file/bot123:secret/photos/1.jpg';
      const fetch = (): Promise<never> => Promise.reject(new Error(`request to ${url} failed`));
      await outcomeOf(analysis.predict({ key: 'file-key', fetch }, 'ayu', log));
      expect(lines).toMatchObject([{ level: 40, reason: 'telegram' }]);
      expect(JSON.stringify(lines)).not.toMatch(/secret|file-key|ayu/);
    });
  });
});

describe('several engines', () => {
  it('share the predictions', async () => {
    await withAnalysis({ engines: 2 }, async ({ analysis, engines, log }) => {
      const slow = await slowPhotograph();
      const photos = ['a', 'b'].map((key) => analysis.predict(sourceOf(key, slow), 'ayu', log));
      await until(() => analysis.status().predictions.running === 2);
      await Promise.all(photos);
      const kept = await Promise.all(engines.map((engine) => engine.stats()));
      expect(kept.map(({ keptPhotos }) => keptPhotos)).toEqual([1, 1]);
    });
  });

  it('explain a photo where its feature map is, without fetching it again', async () => {
    await withAnalysis({ engines: 2 }, async ({ analysis, log }) => {
      const sources = await Promise.all([1, 2, 3, 4].map(async (seed) => sourceOf(`${seed}`, await photograph(seed))));
      await Promise.all(sources.map((source) => analysis.predict(source, 'ayu', log)));
      for (const source of sources)
        await analysis.explain({ photo: source, class: FIRST_CLASS, legend: LEGEND, log }, 'ayu');
      expect(sources.map(({ fetches }) => fetches)).toEqual([1, 1, 1, 1]);
    });
  });
});

it('writes a line for each step, with sizes and times', async () => {
  await withAnalysis({}, async ({ analysis, log, lines, metric }) => {
    const source = sourceOf('file-key', quick);
    await analysis.predict(source, 'ayu', log);
    await analysis.explain({ photo: source, class: { type: 'class', index: 1 }, legend: LEGEND, log }, 'ayu');
    const { layer, map, input } = analysis.model;
    expect(lines).toMatchObject([
      { msg: 'fetched', bytes: quick.length },
      { msg: 'predicted', original: '640x480', input: `${input.width}x${input.height}` },
      { msg: 'heatmap', class: 1, layer, map: `${map?.rows}x${map?.columns}x${map?.channels}`, resized: '640x480' },
    ]);
    expect(lines.every((line) => 'ms' in line)).toBe(true);
    expect(JSON.stringify(lines)).not.toMatch(/file-key|ayu|class 0/);
    for (const step of ['fetch', 'decode', 'predict', 'explain', 'render']) {
      expect(await metric(`sorot_step_seconds_count{step="${step}"}`)).toBe(1);
    }
  });
});

it('keeps fewer predictions of a model with very many classes', () => {
  const limits = [10, 1000, 100_000].map((classes) => {
    const limit = mostKept(500, classes);
    // As base64, four characters for three bytes.
    return (limit * classes * 4 * 4) / 3 <= 8 * 2 ** 20 && limit;
  });
  expect(limits).toEqual([500, 500, 15]);
});
