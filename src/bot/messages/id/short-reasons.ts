import type { Reason } from '../../../analysis/reasons.js';

/** After a photo's number, without a full stop. */
export const shortReasons: Readonly<Record<Reason, string>> = {
  disabled: 'peta panas sedang dimatikan',
  busy: 'antrean sedang penuh',
  memory: 'memori sedang hampir habis',
  timeout: 'prosesnya terlalu lama',
  crashed: 'programnya terhenti saat memproses foto itu',
  'no-positive-evidence': 'tidak ada bagian foto yang mendukung tebakannya',
  'unsupported-model': 'model ini tidak bisa membuat peta panas',
  'unsupported-image': 'filenya tidak bisa dibuka sebagai gambar',
  'too-large': 'gambarnya terlalu besar',
  'photo-gone': 'fotonya sudah tidak bisa diambil lagi',
  telegram: 'ada gangguan saat lewat Telegram',
  'no-rights': 'saya belum boleh mengirim foto di sini; admin bisa mengizinkannya',
  stopping: 'bot sedang dijalankan ulang',
};
