import { percentage } from '../../../percentage.js';
import type { ColourMapName } from '../../../vision/image/colour-maps.js';
import type { NamedClass } from '../catalogue.js';
import { count, share } from '../figures.js';
import { albumHtml, kindsHtml, methodHtml, namesMessage, percentHtml, predictionHtml } from '../layout.js';
import { BUTTON_LIMIT, cut } from '../cut.js';
import { bold, code, explainCommand, mention, nameHtml, oneLine, shortName } from '../markup.js';
import { notesHtml, rangeHtml } from '../model-notes.js';
import type { Catalogue } from '../catalogue.js';
import { commandNames } from './command-names.js';
import { modelPhrases } from './model.js';
import { shortReasons } from './short-reasons.js';

const language = 'id';
const more = (left: string) => `${left} lainnya`;

/** What a colour map's strongest colour is called. */
const strongest: Readonly<Record<ColourMapName, string>> = {
  inferno: 'kuning',
  turbo: 'merah tua',
  viridis: 'kuning',
  magma: 'krem',
};

/** True of the overlay: the weaker the evidence, the more of the photo shows through. */
const howToRead = (colours: ColourMapName): string =>
  `Bagian ${strongest[colours]} paling berpengaruh, yang lebih pudar kurang, yang tidak berwarna tidak sama sekali. ` +
  `Yang dibandingkan hanya bagian-bagian foto ini: ${strongest[colours]} selalu ada, walau persentasenya kecil.`;

const capital = (label: string): string => label.charAt(0).toLocaleUpperCase('id') + label.slice(1);

/** The explained class or kind, with the uncertainty it has. */
const explainedHtml = (explained: NamedClass): string =>
  `${bold(explained.label)} ${percentHtml(explained.probability, language)}${explained.unsure ? ', kurang yakin' : ''}`;

export const answers = {
  prediction: (words) =>
    predictionHtml(words, {
      language,
      more,
      kind: (label, percent) => `${bold(capital(label))} — ${percent}, tapi belum pasti yang mana. Tebakan saya:`,
      unsure: 'Saya kurang yakin. Tebakan saya:',
      knows: (names) => `Yang saya kenal: ${names}`,
      knowsMany: (classes) => `Ada ${classes} hal yang saya kenal: /labels`,
      heatmapIn: (seconds) => `Heatmap menyusul kira-kira ${seconds} detik lagi.`,
      preview: {
        video: 'Dari sebuah video, saya hanya bisa melihat gambar pratinjaunya.',
        heic: 'Dari foto HEIC, saya hanya bisa melihat pratinjaunya yang kecil.',
      },
    }),
  album: (lines, heatmapSeconds) =>
    albumHtml(lines, heatmapSeconds, {
      language,
      perhaps: (guess) => `kurang yakin, mungkin ${guess}`,
      kind: (kind) => `${kind}, belum pasti yang mana`,
      preview: { video: 'gambar pratinjau', heic: 'pratinjau kecil' },
      noAnswer: 'gagal:',
      reasons: shortReasons,
      heatmapsIn: (seconds) => `Heatmap menyusul kira-kira ${seconds} detik lagi.`,
    }),
  whyButton: (label) => {
    const [before, after] = ['Kenapa ', '?'];
    return before + cut(oneLine(label), BUTTON_LIMIT - before.length - after.length) + after;
  },
  heatmapCaption: (explained, colours) =>
    `${explainedHtml(explained)} · ${strongest[colours]} paling berpengaruh, yang tidak berwarna tidak berpengaruh.`,
  firstHeatmapCaption: (explained, colours) => `${explainedHtml(explained)}\n${howToRead(colours)}`,
  howToRead,
  howToReadButton: 'Cara membacanya',
  albumHeatmapCaption: (photo, explained) => `Foto ${photo}: ${explainedHtml(explained)}`,
  legend: ({ label, probability }) => ({
    title: `${shortName(label)} ${percentage(probability, language)}`,
    note: 'dibanding bagian terkuat di foto ini',
    low: 'lemah',
    high: 'kuat',
  }),
  buttonWorking: 'Sedang saya gambar.',
  thanks: 'Terima kasih!',
  buttonTooOld: 'Fotonya sudah tidak bisa saya ambil. Kirim ulang, atau balas fotonya dengan /jelaskan.',
  buttonOfOtherModel: 'Jawaban itu saya buat dengan model lain. Balas fotonya dengan /jelaskan untuk bertanya lagi.',

  labels: (names, left) =>
    namesMessage(names, left, { language, more }, (list) => {
      const classes = names.length + left;
      const title = `Ada ${classes === 1 ? 'satu' : count(classes, language)} hal yang saya kenal:`;
      return `<b>${title}</b>\n${list}\n\nUntuk melihat bagian foto yang mengarah ke salah satunya: ${explainCommand(names[0] ?? '', commandNames.explain)}`;
    }),
  noLabels: (classes) =>
    `${count(classes, language)} hal yang saya kenal tidak punya nama, hanya nomor. ` +
    'Untuk menanyakan salah satunya, tulis nomornya, <code>/jelaskan #0</code>, atau tebakan keberapa, <code>/jelaskan 2</code>.',
  kinds: (kinds, classes) =>
    kindsHtml(
      kinds,
      language,
      `Ada ${count(classes, language)} hal yang saya kenal, di antaranya:`,
      `Daftar satu jenis: ${code(`/labels ${kinds[0]?.within[0]?.label ?? kinds[0]?.label ?? ''}`)}`,
    ),
  labelsOf: (kind, names) =>
    namesMessage(
      names,
      0,
      { language, more },
      (list) => `<b>${nameHtml(kind)} (${count(names.length, language)})</b>\n${list}`,
    ),
  modelFacts: ({ name, origin, classes, threshold, input, range, map, layer, method, notes }) =>
    [
      bold(name),
      `Asal: ${nameHtml(origin)}`,
      `Jumlah kelas: ${count(classes, language)} (/labels)`,
      `Melihat foto dalam ukuran: ${input.width} × ${input.height} piksel`,
      `Nilai piksel: ${rangeHtml(range, modelPhrases)}`,
      threshold.group === null
        ? `Kurang yakin: ${threshold.class > 0 ? `di bawah ${share(threshold.class, language)}` : 'tidak pernah, tebakan pertama selalu saya sebut'}`
        : `Nama disebut mulai ${share(threshold.class, language)}, jenisnya saja mulai ${share(threshold.group, language)}; di bawah itu saya kurang yakin`,
      map === null
        ? 'Heatmap: tidak ada, karena model ini tidak bisa menunjuk tempat di dalam foto'
        : `Heatmap: ${methodHtml(method, 'sama untuk semua kelas')}, ${map.columns} × ${map.rows} sel${layer === null ? '' : `, dari lapisan ${nameHtml(layer)}`}`,
      ...notesHtml(notes, modelPhrases),
    ].join('\n'),

  guestHeatmap: (bot) => `Untuk heatmap-nya, kirim fotonya lewat chat pribadi: ${mention(bot)}`,
  guestAsked: explainedHtml,
  guestNoPhoto: (bot) => `Balas sebuah foto dengan ${mention(bot)}, nanti saya sebutkan isinya.`,
  guestNotServed: 'Saya hanya melayani chat tertentu, dan chat ini tidak termasuk.',
} satisfies Partial<Catalogue>;
