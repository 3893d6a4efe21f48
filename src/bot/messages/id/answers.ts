import type { Colours, NamedClass } from '../catalogue.js';
import { count, percent, share } from '../figures.js';
import { albumHtml, classHtml, kindsHtml, methodHtml, namesMessage, predictionHtml } from '../layout.js';
import { BUTTON_LIMIT, cut } from '../cut.js';
import { bold, code, explainCommand, italic, mention, nameHtml, oneLine, shortName } from '../markup.js';
import { notesHtml, rangeHtml } from '../model-notes.js';
import type { Catalogue } from '../catalogue.js';
import { modelPhrases } from './model.js';
import { shortReasons } from './short-reasons.js';

const language = 'id';
const more = (left: string) => `${left} lainnya`;

/** True of the overlay: the weaker the evidence, the more of the photo shows through. */
const reading: Readonly<Record<Colours, (label: string) => string>> = {
  inferno: (label) =>
    `Kuning terang paling mendukung “${nameHtml(label)}”, jingga dan merah agak kurang, semburat ungu sedikit saja. Bagian yang warnanya tetap seperti aslinya tidak ikut mendukung.
` + 'Warnanya hanya membandingkan bagian-bagian foto ini: kuning tetap ada walaupun persentasenya kecil.',
  others: (label) =>
    `Makin kuat warnanya, makin mendukung “${nameHtml(label)}”; skala di dalam gambar menunjukkan dari lemah ke kuat. Bagian yang warnanya tetap seperti aslinya tidak ikut mendukung.
` + 'Warnanya hanya membandingkan bagian-bagian foto ini, walaupun persentasenya kecil.',
};

const capital = (label: string): string => label.charAt(0).toLocaleUpperCase('id') + label.slice(1);

/** The explained class or kind, with the uncertainty it has. */
const explainedHtml = (explained: NamedClass): string =>
  `${classHtml(explained, language, bold)}${explained.unsure ? ', kurang yakin' : ''}`;

export const answers = {
  prediction: (words) =>
    predictionHtml(words, {
      language,
      more,
      kind: (label, percent) => `${bold(capital(label))} — ${percent}, tapi belum pasti yang mana. Tebakan saya:`,
      unsure: 'Saya kurang yakin. Tebakan saya:',
      knows: (names) => `Yang saya kenal hanya ${names}.`,
      knowsMany: (classes) => `Ada ${classes} hal yang saya kenal: /labels`,
      heatmapIn: (seconds) => `Peta panas menyusul kira-kira ${seconds} detik lagi.`,
      preview: {
        video: 'Dari sebuah video, saya hanya bisa melihat gambar pratinjaunya.',
        heic: 'Dari foto HEIC, saya hanya bisa melihat pratinjaunya yang kecil.',
      },
    }),
  album: (lines, model, heatmapSeconds) =>
    albumHtml(lines, model, heatmapSeconds, {
      language,
      perhaps: (guess) => `kurang yakin, mungkin ${guess}`,
      kind: (kind) => `${kind}, belum pasti yang mana`,
      preview: { video: 'gambar pratinjau', heic: 'pratinjau kecil' },
      noAnswer: 'gagal:',
      reasons: shortReasons,
      heatmapsIn: (seconds) => `Peta panas menyusul kira-kira ${seconds} detik lagi.`,
    }),
  whyButton: (label) => {
    const [before, after] = ['Kenapa ', '?'];
    return before + cut(oneLine(label), BUTTON_LIMIT - before.length - after.length) + after;
  },
  heatmapCaption: (explained, model, colours) =>
    [explainedHtml(explained), reading[colours](explained.label), italic(model)].join('\n'),
  albumHeatmapCaption: (photo, explained) => `Foto ${photo}: ${explainedHtml(explained)}`,
  legend: ({ label, probability }) => ({
    title: `${shortName(label)} ${percent(probability, language)}`,
    note: 'dibanding bagian terkuat di foto ini',
    low: 'lemah',
    high: 'kuat',
  }),
  buttonWorking: 'Peta panasnya sedang dibuat.',
  buttonTooOld: 'Fotonya sudah tidak bisa diambil lagi. Kirim ulang, atau balas fotonya dengan /explain.',
  buttonOfOtherModel: 'Jawaban itu dari model lain. Balas fotonya dengan /explain untuk bertanya lagi.',

  labels: (names, left) =>
    namesMessage(names, left, { language, more }, (list) => {
      const classes = names.length + left;
      const title = `Model ini mengenal ${classes === 1 ? 'satu' : count(classes, language)} kelas:`;
      return `<b>${title}</b>\n${list}\n\nUntuk melihat bagian foto yang mendukung salah satunya: ${explainCommand(names[0] ?? '')}`;
    }),
  noLabels: (classes) =>
    `Kelas-kelas model ini (${count(classes, language)}) tidak punya nama, jadi disebut dengan nomornya. ` +
    'Untuk menanyakan salah satunya, tulis nomornya, <code>/explain #0</code>, atau urutan tebakannya, <code>/explain 2</code>.',
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
        ? `Kurang yakin: di bawah ${share(threshold.class, language)}`
        : `Nama disebut mulai ${share(threshold.class, language)}, jenisnya saja mulai ${share(threshold.group, language)}; di bawah itu saya kurang yakin`,
      map === null
        ? 'Peta panas: tidak ada, karena model ini tidak bisa menunjukkan letak benda di dalam foto dengan pasti'
        : `Peta panas: ${methodHtml(method)}, ${map.columns} × ${map.rows} sel${layer === null ? '' : `, dari lapisan ${nameHtml(layer)}`}`,
      ...notesHtml(notes, modelPhrases),
    ].join('\n'),

  guestHeatmap: (bot) => `Untuk melihat peta panasnya, kirim fotonya lewat chat pribadi: ${mention(bot)}`,
  guestAsked: (asked) => classHtml(asked, language, bold),
  guestNoPhoto: (bot) => `Balas sebuah foto dengan ${mention(bot)}, nanti saya sebutkan isinya.`,
  guestNotServed: 'Bot ini hanya melayani chat tertentu, dan chat ini tidak termasuk.',
} satisfies Partial<Catalogue>;
