import { addressed, oneLine } from '../markup.js';
import type { Catalogue } from '../catalogue.js';
import { commandNames } from './command-names.js';

export const settings = {
  settings: (audience) =>
    audience === 'private'
      ? '<b>Pengaturan chat ini</b>\nHeatmap, bahasa, dan warna heatmap: ketuk yang kamu mau.'
      : '<b>Pengaturan grup ini</b>\nFoto mana yang saya jawab, heatmap, bahasa, dan warna heatmap: admin tinggal mengetuk.',
  settingButtons: {
    heatmaps: (on) => (on ? 'Heatmap: aktif' : 'Heatmap: nonaktif'),
    auto: (on) => (on ? 'Saya menjawab: semua foto' : 'Saya menjawab: kalau diminta'),
    ownLanguage: 'Ikuti Telegram saya',
    colours: { inferno: 'Kuning–merah', turbo: 'Pelangi', viridis: 'Kuning–hijau', magma: 'Krem–ungu' },
  },
  languageSet: 'Oke, mulai sekarang saya berbahasa Indonesia.',
  heatmapSet: (on) => (on ? 'Oke, heatmap aktif lagi.' : 'Oke, tanpa heatmap. Tebakannya tetap saya kirim.'),
  heatmapOffForAll: 'Pengelola mematikan heatmap untuk seluruh bot ini. Tebakannya tetap saya kirim.',
  autoSet: (on) =>
    on ? 'Oke, semua foto di grup ini saya jawab.' : 'Oke, di grup ini saya menjawab kalau diminta saja.',
  autoInPrivate: 'Itu untuk grup. Di sini semua foto memang saya jawab.',
  autoHidden: (bot) =>
    'Sudah aktif, tetapi saya belum bisa melihat foto di grup ini karena terhalang mode privasi Telegram. Jadikan saya admin grup, atau minta pemilik saya mematikan mode privasi di @BotFather (<code>/setprivacy</code>), lalu masukkan saya ke grup sekali lagi.\n\n' +
    `Sementara itu, balas fotonya dengan ${addressed(commandNames.explain, bot)}.`,
  groupAdminsOnly: 'Hanya admin grup ini yang bisa mengubahnya.',
  buttonAdminsOnly: (command) =>
    `Hanya admin grup ini yang bisa mengubahnya. Kalau kamu admin anonim, ketik saja ${oneLine(command)}.`,
} satisfies Partial<Catalogue>;
