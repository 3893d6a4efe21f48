import { addressed, code, oneLine } from '../markup.js';
import type { Catalogue } from '../catalogue.js';

const place = { private: 'di chat ini', group: 'di grup ini' };

export const settings = {
  languageQuestion: 'Mau pakai bahasa apa di sini?',
  languageSet: 'Mulai sekarang bot ini menjawab dalam bahasa Indonesia di sini.',
  heatmapState: (on, audience) =>
    on
      ? `Peta panas menyala ${place[audience]}. Untuk mematikannya: <code>/heatmap off</code>`
      : `Peta panas dimatikan ${place[audience]}. Untuk menyalakannya lagi: <code>/heatmap on</code>`,
  heatmapSet: (on) =>
    on
      ? 'Mulai sekarang peta panas menyala.'
      : 'Mulai sekarang peta panas dimatikan. Prediksinya tetap jalan seperti biasa.',
  heatmapOffForAll: 'Peta panas dimatikan oleh pengelola untuk seluruh bot ini. Prediksinya tetap jalan seperti biasa.',
  autoState: (on) =>
    on
      ? 'Semua foto di grup ini dijawab. Supaya dijawab hanya kalau diminta: <code>/auto off</code>'
      : 'Foto di grup ini dijawab hanya kalau diminta. Supaya semuanya dijawab: <code>/auto on</code>',
  autoSet: (on) =>
    on
      ? 'Mulai sekarang semua foto di grup ini dijawab.'
      : 'Mulai sekarang foto di grup ini dijawab hanya kalau diminta.',
  autoInPrivate: 'Pengaturan ini untuk grup. Di sini semua foto memang selalu dijawab.',
  autoHidden: (bot) =>
    'Sudah dinyalakan, tetapi bot ini belum bisa melihat foto di grup ini karena terhalang mode privasi Telegram. Ada dua cara mengubahnya: jadikan bot ini admin grup, atau minta pemiliknya mematikan mode privasi di @BotFather (<code>/setprivacy</code>), lalu masukkan bot ini ke grup sekali lagi.\n\n' +
    `Sementara itu, balas fotonya dengan ${addressed('explain', bot)}.`,
  groupAdminsOnly: 'Hanya admin grup ini yang bisa mengubahnya.',
  buttonAdminsOnly: (command) =>
    `Hanya admin grup ini yang bisa mengubahnya. Kalau kamu admin anonim, ketik saja ${oneLine(command)}.`,
  onOrOff: (command) => {
    const name = `/${oneLine(command).replace(/^\//, '')}`;
    return `Tulis ${code(`${name} on`)} atau ${code(`${name} off`)}.`;
  },
} satisfies Partial<Catalogue>;
