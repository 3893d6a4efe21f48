import { addressed } from '../markup.js';
import type { Catalogue } from '../catalogue.js';
import { commandNames } from './command-names.js';

const FORMS = [
  '<code>/jelaskan 2</code> – tebakan kedua',
  '<code>/jelaskan anjing</code> – apa pun yang saya kenal, dengan namanya (/labels)',
];

export const commands = {
  start: (audience, bot) =>
    (audience === 'private'
      ? [
          '🔦 Hai, saya <b>Sorot</b>. Kirim foto, nanti saya sebutkan isinya dan alasannya.',
          '',
          'Jawabannya langsung datang, lalu menyusul heatmap di atas fotomu: bagian mana yang berpengaruh.',
          '',
          'Yang bisa saya kenali: /labels. Bantuan: /bantuan',
        ]
      : [
          '🔦 Hai, saya <b>Sorot</b>. Saya sebutkan isi sebuah foto dan tunjukkan alasannya dengan heatmap.',
          '',
          `Balas foto mana saja di sini dengan ${addressed(commandNames.explain, bot)}. Kalau tidak diminta, saya diam saja.`,
          '',
          `Bantuan: ${addressed(commandNames.help, bot)}`,
        ]
    ).join('\n'),
  help: (audience, bot) => (audience === 'private' ? privateHelp : groupHelp(bot)),
  privacy: [
    '<b>Yang terjadi dengan fotomu</b>',
    'Foto hanya saya simpan di memori selama diproses, dan sebentar sesudahnya supaya /jelaskan cepat. Foto tidak pernah ditulis ke disk dan tidak dipakai untuk melatih model.',
    '',
    'Yang berikut ini juga hanya ada di memori, bukan di disk: hasil tebakan, dicatat dengan ID file dari Telegram, paling lama satu hari kecuali diatur lain oleh pengelola; ID foto yang kamu kirim dan ID jawaban saya, selama satu hari; dan permintaan untuk sebuah album, selama satu menit. Semuanya hilang saat bot dijalankan ulang. Hanya pengaturan chat yang bisa disimpan di file.',
    '',
    'Log berisi ukuran dan lama proses, tanpa nama, teks, atau gambar. Kalau kamu mengetuk 👍 atau 👎, itu saya hitung dan tebakannya beserta persentasenya masuk log, tanpa apa pun tentang kamu atau fotonya. Percakapannya sendiri disimpan oleh Telegram, dan komputer tempat saya berjalan milik pengelola bot ini.',
  ].join('\n'),
  explainUsage: (audience, bot) =>
    audience === 'private'
      ? ['Foto yang mana? Kirim dulu fotonya, atau balas sebuah foto dengan /jelaskan. Bisa juga:', ...FORMS].join('\n')
      : `Foto yang mana? Balas fotonya dengan ${addressed(commandNames.explain, bot)}, atau tulis di keterangan (caption) foto.`,
  predictUsage: (audience, bot) =>
    audience === 'private'
      ? 'Foto yang mana? Kirim dulu fotonya, atau balas sebuah foto dengan /prediksi.'
      : `Foto yang mana? Balas fotonya dengan ${addressed(commandNames.predict, bot)}, atau tulis di keterangan (caption) foto.`,
  replyHint: 'Mau tahu alasannya? Balas “kenapa?”, “kenapa anjing?” atau “yang kedua”. Yang saya kenal: /labels',
  hint: 'Kirim foto, nanti saya sebutkan isinya dan alasannya. Bantuan: /bantuan',
  commands: {
    explain: 'Lihat alasannya: heatmap untuk foto yang dibalas atau yang terakhir',
    predict: 'Sebutkan isi foto, tanpa heatmap',
    labels: 'Daftar yang saya kenal',
    model: 'Keterangan tentang model',
    settings: 'Heatmap, bahasa, warna',
    language: 'Bahasa Indonesia atau Inggris',
    heatmap: 'Aktifkan atau matikan heatmap di chat ini',
    auto: 'Jawab semua foto di grup ini, atau hanya kalau diminta',
    help: 'Cara memakai bot ini',
    privacy: 'Yang terjadi dengan fotomu',
    start: 'Apa yang bisa saya lakukan',
    status: 'Untuk pengelola: beban, memori, waktu aktif',
  },
  description:
    'Kirim foto: saya langsung sebutkan isinya, lalu tunjukkan alasannya dengan heatmap di atas fotomu.\n\nDi grup, balas foto dengan /jelaskan.\n\nFoto tidak pernah ditulis ke disk.',
  shortDescription: 'Saya sebutkan isi fotomu dan tunjukkan alasannya dengan heatmap.',
  commandNames,
} satisfies Partial<Catalogue>;

const privateHelp = [
  '<b>Foto</b>',
  'Kirim satu foto, beberapa sekaligus, atau stiker yang tidak bergerak. File gambar juga bisa: JPEG, PNG, WebP, AVIF, TIFF, dan gambar pertama dari GIF. Dari video, saya melihat gambar pratinjaunya. Kamu mendapat beberapa tebakan, lalu heatmap: bagian mana yang berpengaruh untuk tebakan pertama. Tombol di bawahnya untuk tebakan yang lain.',
  '',
  '<b>Tanya alasannya</b>',
  '/jelaskan – tebakan pertama untuk foto terakhirmu',
  ...FORMS,
  'Balas sebuah foto dengan ini untuk menanyakan foto itu; kata-katamu sendiri juga boleh: “kenapa anjing?”. Untuk album, <code>/jelaskan 3 anjing</code> menanyakan foto ketiga.',
  '',
  '<b>Lainnya</b>',
  '/prediksi – tebakannya saja, tanpa heatmap',
  '/labels – apa saja yang saya kenal',
  '/model – keterangan tentang model',
  '/pengaturan – heatmap, bahasa, warna',
  '/privacy – yang terjadi dengan fotomu',
].join('\n');

function groupHelp(bot: string): string {
  const explain = addressed(commandNames.explain, bot);
  return [
    '<b>Tanya soal foto</b>',
    'Balas foto mana saja di sini, atau tulis di keterangan (caption) foto:',
    `${explain} – apa yang terlihat, beserta heatmap alasannya`,
    `${addressed(commandNames.predict, bot)} – apa yang terlihat saja`,
    `<code>${explain} 2</code> – alasan untuk tebakan kedua`,
    `<code>${explain} anjing</code> – kenapa anjing, atau nama lain di ${addressed('labels', bot)}`,
    'Selain itu, saya diam saja.',
    '',
    '<b>Khusus admin grup</b>',
    `${addressed(commandNames.settings, bot)} – apakah semua foto dijawab, heatmap, bahasa, warna`,
    '',
    `<b>Lainnya</b>\n${addressed('model', bot)}, ${addressed('privacy', bot)}`,
  ].join('\n');
}
