import { count, duration, share } from '../figures.js';
import { table } from '../layout.js';
import type { Catalogue } from '../catalogue.js';

const language = 'en';
const units = { d: 'd', h: 'h', min: 'min', s: 's' };
const bands = { normal: 'normal', high: 'high', critical: 'critical' };
const reasons = {
  asked: 'as set',
  fastest: 'the fastest',
  'not-on-onnx': 'as onnx cannot run this model',
  'no-steps': 'as only TensorFlow.js can run this model',
  'as-file': 'as only ONNX Runtime can run this model',
};
const precisions = {
  asked: 'as set',
  calibrated: 'the fastest',
  'not-calibrated': 'as the model is not calibrated for int8',
  'other-network': 'as int8.json is of another model',
  'no-vnni': 'as the processor has no VNNI',
  'not-on-onnx': 'as int8 needs onnx',
  differs: 'as int8 failed its test',
};

export const operation = {
  status: ({
    uptimeSeconds,
    model,
    backend,
    precision,
    predictions,
    heatmaps,
    memory,
    cache,
    recycled,
    judged,
    receiving,
  }) => {
    const n = (value: number) => count(value, language);
    const load = (work: typeof predictions) => `${n(work.running)} running, ${n(work.waiting)} waiting`;
    const asked = cache.hits + cache.misses;
    return table([
      ['Uptime', duration(uptimeSeconds, units)],
      ['Model', model],
      ['Backend', `${backend.name}, ${reasons[backend.reason]}`],
      ['Precision', `${precision.name}, ${precisions[precision.reason]}`],
      ['Predictions', load(predictions)],
      ['Heatmaps', load(heatmaps)],
      ['Memory', `${bands[memory.band]}, ${n(memory.usedMb)} of ${n(memory.limitMb)} MB`],
      ...(cache.entries === null ? [] : [['Cache', `${n(cache.entries)} of ${n(cache.limit)}`] as const]),
      [
        'Cache hits',
        asked === 0 ? 'none yet' : `${n(cache.hits)} of ${n(asked)} (${share(cache.hits / asked, language)})`,
      ],
      ['Recycled', `${n(recycled)} ×`],
      ...(judged === null
        ? []
        : [['Called right', `${n(judged.right)} of ${n(judged.right + judged.wrong)}`] as const]),
      ...(receiving === null ? [] : [['Waiting at Telegram', n(receiving.pending)] as const]),
      ...(typeof receiving?.lastError !== 'string' ? [] : [['Telegram’s error', receiving.lastError] as const]),
    ]);
  },
  adminsOfBotOnly: 'Only my operator can use this command.',
} satisfies Partial<Catalogue>;
