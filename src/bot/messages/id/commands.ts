import { addressed, italic } from '../markup.js';
import type { Catalogue } from '../catalogue.js';

const FORMS = [
  '<code>/explain 2</code> – tebakan kedua',
  '<code>/explain anjing</code> – sesuai nama yang ditulis (daftarnya di /labels)',
];

export const commands = {
  start: (model, audience, bot) =>
    (audience === 'private'
      ? [
          '🔦 <b>Sorot</b> menyebutkan apa yang terlihat di foto dan menunjukkan alasannya.',
          '',
          'Kirim sebuah foto. Jawabannya langsung datang, lalu menyusul peta panas (heatmap) di atas fotomu: bagian mana yang mendukung jawaban itu.',
          '',
          `Model: ${italic(model)}. Yang dikenalinya: /labels. Selengkapnya: /help`,
        ]
      : [
          '🔦 <b>Sorot</b> menyebutkan apa yang terlihat di foto dan menunjukkan alasannya dengan peta panas (heatmap).',
          '',
          `Balas foto mana saja di sini dengan ${addressed('explain', bot)}. Kalau tidak diminta, bot ini diam saja.`,
          '',
          `Model: ${italic(model)}. Selengkapnya: ${addressed('help', bot)}`,
        ]
    ).join('\n'),
  help: (audience, bot) => (audience === 'private' ? privateHelp : groupHelp(bot)),
  privacy: [
    '<b>Yang terjadi dengan fotomu</b>',
    'Foto hanya ada di memori selama diproses, dan sebentar sesudahnya supaya /explain cepat. Foto tidak pernah ditulis ke disk dan tidak dipakai untuk melatih model.',
    '',
    'Yang berikut ini juga hanya ada di memori, bukan di disk: hasil prediksi, dicatat dengan ID file dari Telegram, paling lama satu hari kecuali diatur lain oleh pengelola; ID foto yang kamu kirim dan ID jawaban saya, selama satu hari; permintaan untuk sebuah album, selama satu menit; dan pengaturan chat. Semuanya hilang saat bot dijalankan ulang.',
    '',
    'Log berisi ukuran dan lama proses, tanpa nama, teks, atau gambar. Percakapannya sendiri disimpan oleh Telegram, dan komputer tempat bot ini berjalan menjadi tanggung jawab pengelolanya.',
  ].join('\n'),
  explainUsage: (audience, bot) =>
    audience === 'private'
      ? ['Foto yang mana? Kirim dulu fotonya, atau balas sebuah foto dengan /explain. Bisa juga:', ...FORMS].join('\n')
      : `Foto yang mana? Balas fotonya dengan ${addressed('explain', bot)}, atau tulis itu sebagai keterangan saat mengirim foto.`,
  predictUsage: (audience, bot) =>
    audience === 'private'
      ? 'Foto yang mana? Kirim dulu fotonya, atau balas sebuah foto dengan /predict.'
      : `Foto yang mana? Balas fotonya dengan ${addressed('predict', bot)}, atau tulis itu sebagai keterangan saat mengirim foto.`,
  replyHint: 'Mau tahu alasannya? Balas “kenapa?”, “kenapa anjing?” atau “yang kedua”. Yang saya kenal: /labels',
  hint: 'Kirim sebuah foto, nanti dijawab apa yang terlihat dan apa alasannya. Selengkapnya: /help',
  commands: {
    explain: 'Lihat alasannya: peta panas untuk foto yang dibalas atau yang terakhir',
    predict: 'Sebutkan isi foto, tanpa peta panas',
    labels: 'Daftar yang dikenali model',
    model: 'Keterangan tentang model',
    language: 'Bahasa Indonesia atau Inggris',
    heatmap: 'Nyalakan atau matikan peta panas di chat ini',
    auto: 'Jawab semua foto di grup ini, atau hanya kalau diminta',
    help: 'Cara memakai bot ini',
    privacy: 'Yang terjadi dengan fotomu',
    start: 'Apa yang dilakukan bot ini',
    status: 'Untuk pengelola: beban, memori, lama menyala',
  },
  description:
    'Kirim sebuah foto: Sorot langsung menyebutkan apa yang terlihat, lalu menunjukkan alasannya dengan peta panas (heatmap) di atas fotomu.\n\nDi grup, balas foto dengan /explain.\n\nFoto tidak pernah ditulis ke disk.',
  shortDescription: 'Menyebutkan apa yang terlihat di fotomu dan menunjukkan alasannya dengan peta panas.',
} satisfies Partial<Catalogue>;

const privateHelp = [
  '<b>Foto</b>',
  'Kirim satu foto, beberapa sekaligus, atau stiker yang tidak bergerak. File gambar juga bisa: JPEG, PNG, WebP, AVIF, TIFF, dan gambar pertama dari GIF. Dari video, saya melihat gambar pratinjaunya. Kamu mendapat beberapa tebakan, lalu peta panas (heatmap) yang menunjukkan apa yang mendukung tebakan pertama.',
  '',
  '<b>Tanya alasannya</b>',
  '/explain – tebakan pertama untuk foto terakhirmu',
  ...FORMS,
  'Kalau dikirim sebagai balasan ke sebuah foto, yang dijelaskan foto itu. Boleh juga dengan kata-katamu sendiri: “kenapa anjing?”',
  '',
  '<b>Lainnya</b>',
  '/predict – tebakannya saja, tanpa peta panas',
  '/labels – apa saja yang dikenali model',
  '/model – keterangan tentang model',
  '<code>/heatmap off</code> – tebakan saja, sedikit lebih cepat',
  '/language – bahasa Indonesia atau Inggris',
  '/privacy – yang terjadi dengan fotomu',
].join('\n');

function groupHelp(bot: string): string {
  const explain = addressed('explain', bot);
  return [
    '<b>Tanya soal foto</b>',
    'Balas foto mana saja di sini, atau tulis sebagai keterangan saat mengirim foto:',
    `${explain} – apa yang terlihat, beserta peta panas (heatmap) alasannya`,
    `${addressed('predict', bot)} – apa yang terlihat saja`,
    `<code>${explain} 2</code> – alasan untuk tebakan kedua`,
    `<code>${explain} anjing</code> – alasan untuk nama ini, atau nama lain di ${addressed('labels', bot)}`,
    'Selain itu, bot ini diam saja.',
    '',
    '<b>Pengaturan, khusus admin grup</b>',
    `<code>${addressed('auto', bot)} on</code> – semua foto di sini dijawab (<code>off</code>: hanya kalau diminta)`,
    `<code>${addressed('heatmap', bot)} off</code> – tebakan saja (<code>on</code>: dengan peta panas lagi)`,
    '',
    `<b>Lainnya</b>\n${addressed('model', bot)}, ${addressed('language', bot)}, ${addressed('privacy', bot)}`,
  ].join('\n');
}
