import { MAX_FILE_MB } from '../../../limits.js';
import { count, either } from '../figures.js';
import { failuresHtml } from '../layout.js';
import { code, explainCommand, nameHtml } from '../markup.js';
import type { Catalogue } from '../catalogue.js';
import { commandNames } from './command-names.js';
import { shortReasons } from './short-reasons.js';

const language = 'id';
const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF, dan TIFF';
const RESEND_AS_PHOTO = 'Kirim sebagai foto, bukan sebagai file, supaya Telegram mengecilkannya.';

const noHeatmap: Catalogue['noHeatmap'] = (reason, label) => {
  const command = explainCommand(label, commandNames.explain);
  const again = `Jawaban di atas tetap berlaku. Sebentar lagi coba balas fotonya dengan ${command}.`;
  const why: Record<typeof reason, string> = {
    disabled: 'pengelola mematikannya untuk seluruh bot ini. Jawaban di atas tetap berlaku.',
    busy: `antreannya sedang penuh. ${again}`,
    memory: `memori saya hampir habis. ${again}`,
    timeout: `terlalu lama, jadi saya hentikan. ${again}`,
    crashed: `ada yang rusak waktu menggambarnya; sekarang sudah jalan lagi. ${again}`,
    'no-positive-evidence': `di foto ini tidak ada yang mengarah ke “${nameHtml(label)}”. Coba tebakan lain, misalnya <code>/jelaskan 2</code>.`,
    'unsupported-model':
      'model saya tidak bisa menunjuk tempat di dalam foto. Jawaban di atas tetap berlaku; untuk heatmap, pengelola perlu memilih model lain.',
    'unsupported-image':
      'fotonya tidak bisa saya buka untuk digambari. Jawaban di atas tetap berlaku. Simpan gambarnya sebagai JPEG, lalu kirim lagi.',
    'too-large': `gambarnya terlalu besar untuk digambari. Jawaban di atas tetap berlaku. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'fotonya sudah tidak bisa saya ambil. Kirim ulang fotonya.',
    telegram: `ada gangguan di jalan lewat Telegram. ${again}`,
    'no-rights': `saya belum boleh mengirim foto di sini. Jawaban di atas tetap berlaku. Admin bisa mengizinkannya; setelah itu balas fotonya dengan ${command}.`,
    stopping: `saya sedang dijalankan ulang. ${again}`,
  };
  return `Tidak ada heatmap: ${why[reason]}`;
};

export const failures = {
  noPrediction: {
    disabled: 'Heatmap sedang nonaktif di sini. Kirim ulang fotonya untuk mendapat jawaban.',
    busy: 'Antrean foto sedang penuh. Foto yang belum dijawab coba dikirim lagi satu menit kemudian.',
    memory: 'Memori saya hampir habis. Coba kirim ulang fotonya sebentar lagi.',
    timeout: 'Foto ini terlalu lama diproses, jadi saya hentikan. Kirim ulang fotonya.',
    crashed:
      'Ada yang rusak waktu saya memproses foto ini; sekarang sudah jalan lagi. Kirim ulang fotonya; kalau masih gagal, simpan dulu sebagai JPEG.',
    'no-positive-evidence': 'Di foto ini tidak ada yang mengarah ke situ. Coba tebakan lain dengan /jelaskan.',
    'unsupported-model': 'Model saya tidak bisa membuat heatmap. Kirim ulang fotonya untuk mendapat jawaban.',
    'unsupported-image': `File ini tidak bisa saya buka sebagai gambar. Yang bisa: ${FORMATS}. Foto HEIC dari ponsel juga bisa, asal dikirim sebagai foto, bukan sebagai file. Kalau formatnya sudah benar, mungkin filenya rusak: simpan ulang gambarnya, lalu kirim lagi.`,
    'too-large': `Gambar ini terlalu besar: lebih dari ${MAX_FILE_MB} MB atau pikselnya terlalu banyak. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'Fotonya sudah tidak bisa saya ambil. Kirim ulang fotonya.',
    telegram: 'Fotonya gagal saya ambil dari Telegram. Kirim ulang fotonya.',
    'no-rights': 'Saya belum boleh mengirim foto di sini. Admin bisa mengizinkannya.',
    stopping: 'Saya sedang dijalankan ulang. Coba kirim ulang fotonya satu menit lagi.',
  },
  noHeatmap,
  noAlbumHeatmaps: (failed) =>
    failuresHtml(failed, {
      language,
      title: failed.length === 1 ? 'Ada satu heatmap yang gagal.' : 'Ada beberapa heatmap yang gagal.',
      photos: (numbers) => `Foto ${numbers}`,
      reasons: shortReasons,
      stands: 'Jawaban di atas tetap berlaku.',
      tryAgain: 'Untuk mencoba lagi, balas fotonya dengan /jelaskan.',
    }),
  notAPicture: (what) => {
    const sentences: Record<typeof what, string> = {
      heic: 'Ini foto HEIC, yang tidak bisa saya buka. Kirim sebagai foto, bukan sebagai file, supaya Telegram mengubahnya menjadi JPEG.',
      video: 'Ini video; saya baru bisa membaca gambar diam. Kirim tangkapan layar dari bagian yang dimaksud.',
      'animated-sticker':
        'Stiker ini bergerak; saya baru bisa membaca gambar diam. Kirim stiker yang tidak bergerak atau foto.',
      file: `File ini bukan gambar yang bisa saya buka. Yang bisa: ${FORMATS}.`,
    };
    return sentences[what];
  },

  unknownLabel: (query, near) => {
    const sentence = `Saya tidak kenal “${nameHtml(query)}”.`;
    const all = 'Yang saya kenal: /labels';
    if (near.length === 0) return `${sentence} ${all}`;
    return `${sentence} Maksudnya ${either(near.map(nameHtml), language)}? ${all}`;
  },
  unknownRank: (rank, classes) =>
    classes === 1
      ? `Tebakan saya cuma satu. Pakai <code>/jelaskan 1</code>, bukan ${nameHtml(String(rank))}.`
      : `Tebakan saya hanya nomor 1 sampai ${count(classes, language)}, tidak ada nomor ${nameHtml(String(rank))}.`,
  unknownIndex: (index, classes) =>
    `Saya tidak kenal #${nameHtml(String(index))}. Nomornya dari #0 sampai #${classes - 1}.`,
  noSuchPhoto: (photo) => `Saya tidak punya jawaban untuk foto ${count(photo, language)} di album ini.`,
  replyToThePhoto: 'Saya sudah lupa pesan itu tentang foto yang mana. Balas foto aslinya, atau kirim ulang fotonya.',
  unsupportedReply: 'Tidak ada foto di pesan yang kamu balas. Balas pesan yang ada fotonya.',
  unknownCommand: (command) =>
    `Saya tidak kenal perintah ${code(`/${command.replace(/^\//, '')}`)}. Semua perintah ada di /bantuan`,
  notServed: (chatId) =>
    `Saya hanya melayani chat tertentu. Supaya chat ini dilayani juga, berikan nomor ini kepada pengelola saya: <code>${chatId}</code>`,
  unexpected: 'Maaf, ada yang salah. Coba lagi; kalau terus terjadi, beri tahu pengelola bot ini.',
} satisfies Partial<Catalogue>;
