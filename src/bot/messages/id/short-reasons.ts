import type { Reason } from '../../../analysis/reasons.js';

/** After a photo's number, without a full stop. */
export const shortReasons: Readonly<Record<Reason, string>> = {
  disabled: 'heatmap sedang nonaktif',
  busy: 'antrean sedang penuh',
  memory: 'memori saya hampir habis',
  timeout: 'terlalu lama',
  crashed: 'ada yang rusak waktu saya memprosesnya',
  'no-positive-evidence': 'tidak ada yang mengarah ke tebakan saya',
  'unsupported-model': 'model saya tidak bisa membuat heatmap',
  'unsupported-image': 'filenya tidak bisa saya buka sebagai gambar',
  'too-large': 'gambarnya terlalu besar',
  'photo-gone': 'fotonya sudah tidak bisa saya ambil',
  telegram: 'ada gangguan di jalan lewat Telegram',
  'no-rights': 'saya belum boleh mengirim foto di sini; admin bisa mengizinkannya',
  stopping: 'saya sedang dijalankan ulang',
};
