import { count, duration, share } from '../figures.js';
import { table } from '../layout.js';
import type { Catalogue } from '../catalogue.js';

const language = 'id';
const units = { d: 'hari', h: 'jam', min: 'mnt', s: 'dtk' };
const bands = { normal: 'normal', high: 'tinggi', critical: 'kritis' };
const reasons = {
  asked: 'sesuai pengaturan',
  fastest: 'yang tercepat',
  'not-on-onnx': 'karena onnx tidak bisa menjalankan model ini',
  'no-steps': 'karena hanya TensorFlow.js yang bisa menjalankan model ini',
  'as-file': 'karena hanya ONNX Runtime yang bisa menjalankan model ini',
};
const precisions = {
  asked: 'sesuai pengaturan',
  calibrated: 'yang tercepat',
  'not-calibrated': 'karena model ini belum dikalibrasi untuk int8',
  'other-network': 'karena int8.json itu milik model lain',
  'no-vnni': 'karena prosesornya tidak punya VNNI',
  'not-on-onnx': 'karena int8 butuh onnx',
  differs: 'karena int8 tidak lolos uji',
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
    const load = (work: typeof predictions) => `${n(work.running)} jalan, ${n(work.waiting)} antre`;
    const asked = cache.hits + cache.misses;
    return table([
      ['Waktu aktif', duration(uptimeSeconds, units)],
      ['Model', model],
      ['Backend', `${backend.name}, ${reasons[backend.reason]}`],
      ['Presisi', `${precision.name}, ${precisions[precision.reason]}`],
      ['Prediksi', load(predictions)],
      ['Heatmap', load(heatmaps)],
      ['Memori', `${bands[memory.band]}, ${n(memory.usedMb)} dari ${n(memory.limitMb)} MB`],
      ...(cache.entries === null ? [] : [['Cache', `${n(cache.entries)} dari ${n(cache.limit)}`] as const]),
      [
        'Dari cache',
        asked === 0 ? 'belum ada' : `${n(cache.hits)} dari ${n(asked)} (${share(cache.hits / asked, language)})`,
      ],
      ['Dimuat ulang', `${n(recycled)} ×`],
      ...(judged === null
        ? []
        : [['Dinilai benar', `${n(judged.right)} dari ${n(judged.right + judged.wrong)}`] as const]),
      ...(receiving === null ? [] : [['Antre di Telegram', n(receiving.pending)] as const]),
      ...(typeof receiving?.lastError !== 'string' ? [] : [['Galat Telegram', receiving.lastError] as const]),
    ]);
  },
  adminsOfBotOnly: 'Perintah ini hanya untuk pengelola saya.',
} satisfies Partial<Catalogue>;
