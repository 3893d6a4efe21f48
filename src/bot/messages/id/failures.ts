import { MAX_FILE_MB } from '../../../limits.js';
import { count, either } from '../figures.js';
import { failuresHtml } from '../layout.js';
import { code, explainCommand, nameHtml } from '../markup.js';
import type { Catalogue } from '../catalogue.js';
import { shortReasons } from './short-reasons.js';

const language = 'id';
const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF, dan TIFF';
const RESEND_AS_PHOTO = 'Kirim sebagai foto, bukan sebagai file, supaya Telegram mengecilkannya.';

const noHeatmap: Catalogue['noHeatmap'] = (reason, label) => {
  const again = `Prediksinya tetap berlaku. Untuk peta panasnya, coba lagi sebentar lagi: balas fotonya dengan ${explainCommand(label)}.`;
  const why: Record<typeof reason, string> = {
    disabled: 'pengelola mematikannya untuk seluruh bot ini. Prediksinya tetap berlaku.',
    busy: `antrean peta panas sedang penuh. ${again}`,
    memory: `memori sedang hampir habis. ${again}`,
    timeout: `prosesnya terlalu lama, jadi dihentikan. ${again}`,
    crashed: `program yang membuatnya sempat terhenti dan sudah dijalankan lagi. ${again}`,
    'no-positive-evidence': `tidak ada bagian foto ini yang mendukung “${nameHtml(label)}”, dan itu pun sebuah jawaban. Coba yang lain, misalnya <code>/explain 2</code>.`,
    'unsupported-model':
      'model ini tidak bisa menunjukkan letak benda di dalam foto dengan pasti. Prediksinya tetap berlaku, tetapi peta panas baru bisa dibuat dengan model lain.',
    'unsupported-image':
      'fotonya tidak bisa dibuka untuk digambari. Prediksinya tetap berlaku. Kalau perlu peta panasnya, simpan gambarnya sebagai JPEG, lalu kirim lagi.',
    'too-large': `gambarnya terlalu besar untuk digambari. Prediksinya tetap berlaku. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'fotonya sudah tidak bisa diambil lagi. Kirim ulang fotonya.',
    telegram: `ada gangguan saat mengambil foto atau mengirim hasilnya lewat Telegram. ${again}`,
    'no-rights': `saya belum boleh mengirim foto di sini. Prediksinya tetap berlaku. Admin bisa mengizinkannya; setelah itu balas fotonya dengan ${explainCommand(label)}.`,
    stopping: `bot ini sedang dijalankan ulang. ${again}`,
  };
  return `Peta panas tidak tersedia: ${why[reason]}`;
};

export const failures = {
  noPrediction: {
    disabled: 'Peta panas sedang dimatikan di sini. Kirim ulang fotonya untuk mendapat prediksinya.',
    busy: 'Antrean foto sedang penuh. Foto yang belum dijawab coba dikirim lagi satu menit kemudian.',
    memory: 'Memori sedang hampir habis. Coba kirim ulang fotonya sebentar lagi.',
    timeout: 'Prosesnya terlalu lama, jadi dihentikan. Kirim ulang fotonya.',
    crashed:
      'Program pengolah foto terhenti saat memproses foto ini dan sudah dijalankan lagi. Kirim ulang fotonya; kalau masih gagal, simpan dulu sebagai JPEG.',
    'no-positive-evidence': 'Tidak ada bagian foto ini yang mendukung kelas itu. Coba kelas lain dengan /explain.',
    'unsupported-model': 'Model ini tidak bisa membuat peta panas. Kirim ulang fotonya untuk mendapat prediksinya.',
    'unsupported-image': `File ini tidak bisa dibuka sebagai gambar. Yang bisa: ${FORMATS}. Foto HEIC dari ponsel juga bisa, asal dikirim sebagai foto, bukan sebagai file. Kalau formatnya sudah benar, mungkin filenya rusak: simpan ulang gambarnya, lalu kirim lagi.`,
    'too-large': `Gambar ini terlalu besar: lebih dari ${MAX_FILE_MB} MB atau pikselnya terlalu banyak. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'Fotonya sudah tidak bisa diambil lagi. Kirim ulang fotonya.',
    telegram: 'Fotonya gagal diambil dari Telegram. Kirim ulang fotonya.',
    'no-rights': 'Saya belum boleh mengirim foto di sini. Admin bisa mengizinkannya.',
    stopping: 'Bot ini sedang dijalankan ulang. Coba kirim ulang fotonya satu menit lagi.',
  },
  noHeatmap,
  noAlbumHeatmaps: (failed) =>
    failuresHtml(failed, {
      language,
      title:
        failed.length === 1
          ? 'Ada satu peta panas yang tidak tersedia.'
          : 'Ada beberapa peta panas yang tidak tersedia.',
      photos: (numbers) => `Foto ${numbers}`,
      reasons: shortReasons,
      stands: 'Prediksinya tetap berlaku.',
      tryAgain: 'Untuk mencoba lagi, balas fotonya dengan /explain.',
    }),
  notAPicture: (what) => {
    const sentences: Record<typeof what, string> = {
      heic: 'Ini foto HEIC, yang tidak bisa dibuka di sini. Kirim sebagai foto, bukan sebagai file, supaya Telegram mengubahnya menjadi JPEG.',
      video:
        'Ini video, padahal yang bisa dibaca di sini hanya gambar diam. Kirim tangkapan layar dari bagian yang dimaksud.',
      'animated-sticker':
        'Stiker ini bergerak, padahal yang bisa dibaca di sini hanya gambar diam. Kirim stiker yang tidak bergerak atau foto.',
      file: `File ini bukan gambar yang bisa dibuka di sini. Yang bisa: ${FORMATS}.`,
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
      ? `Tidak ada tebakan ke-${nameHtml(String(rank))}: model ini hanya punya satu kelas. Pakai <code>/explain 1</code>.`
      : `Tidak ada tebakan ke-${nameHtml(String(rank))}. Pilih angka dari 1 sampai ${count(classes, language)}.`,
  unknownIndex: (index, classes) =>
    `Tidak ada kelas #${nameHtml(String(index))}. Nomornya dari #0 sampai #${classes - 1}.`,
  replyToThePhoto: 'Foto untuk pesan ini sudah tidak bisa diambil lagi. Balas foto aslinya, atau kirim ulang fotonya.',
  unsupportedReply: 'Tidak ada foto di pesan yang kamu balas. Balas pesan yang ada fotonya.',
  unknownCommand: (command) =>
    `Tidak ada perintah ${code(`/${command.replace(/^\//, '')}`)}. Semua perintah ada di /help`,
  notServed: (chatId) =>
    `Bot ini hanya melayani chat tertentu. Kalau chat ini perlu dilayani juga, berikan nomor ini kepada pengelolanya: <code>${chatId}</code>`,
  unexpected: 'Terjadi kesalahan di sini. Coba lagi; kalau terus terjadi, beri tahu pengelola bot ini.',
} satisfies Partial<Catalogue>;
