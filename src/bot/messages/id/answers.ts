import type { Colours } from '../catalogue.js';
import { count, percent, share } from '../figures.js';
import { albumHtml, classHtml, methodHtml, namesMessage, predictionHtml } from '../layout.js';
import { BUTTON_LIMIT, cut } from '../limits.js';
import { bold, explainCommand, italic, nameHtml, oneLine, shortName } from '../markup.js';
import type { Answers } from '../parts.js';
import { shortReasons } from './reasons.js';

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

export const answers: Answers = {
  prediction: (words) =>
    predictionHtml(words, {
      language,
      more,
      unsure: 'Kurang yakin. Tebakan terdekatnya:',
      knows: (names) => `Model ini hanya mengenal ${names}.`,
    }),
  album: (lines, model) =>
    albumHtml(lines, model, { language, perhaps: 'kurang yakin, mungkin', noAnswer: 'gagal:', reasons: shortReasons }),
  whyButton: (label) => {
    const [before, after] = ['Kenapa ', '?'];
    return before + cut(oneLine(label), BUTTON_LIMIT - before.length - after.length) + after;
  },
  heatmapCaption: (explained, model, colours) =>
    [classHtml(explained, language, bold), reading[colours](explained.label), italic(model)].join('\n'),
  albumHeatmapCaption: (photo, explained) => `Foto ${photo}: ${classHtml(explained, language, bold)}`,
  legend: ({ label, probability }) => ({
    title: `${shortName(label)} ${percent(probability, language)}`,
    note: 'dibanding bagian terkuat di foto ini',
    low: 'lemah',
    high: 'kuat',
  }),
  buttonWorking: 'Peta panasnya sedang dibuat.',
  buttonTooOld: 'Fotonya sudah tidak bisa diambil lagi. Kirim ulang, atau balas fotonya dengan /explain.',

  labels: (names, left) =>
    namesMessage(names, left, { language, more }, (list) => {
      const classes = names.length + left;
      const title = `Model ini mengenal ${classes === 1 ? 'satu' : count(classes, language)} kelas:`;
      return `<b>${title}</b>\n${list}\n\nUntuk melihat bagian foto yang mendukung salah satunya: ${explainCommand(names[0] ?? '')}`;
    }),
  noLabels: (classes) =>
    `Kelas-kelas model ini (${count(classes, language)}) tidak punya nama, jadi disebut dengan nomornya. ` +
    'Untuk menanyakan salah satunya, tulis nomornya, <code>/explain #0</code>, atau urutan tebakannya, <code>/explain 2</code>.',
  modelFacts: ({ name, classes, threshold, input, map, layer, method }) =>
    [
      bold(name),
      `Jumlah kelas: ${count(classes, language)} (/labels)`,
      `Melihat foto dalam ukuran: ${input.width} × ${input.height} piksel`,
      `Kurang yakin: kalau tebakan pertama di bawah ${share(threshold, language)}`,
      map === null
        ? 'Peta panas: tidak ada, karena model ini tidak menyimpan letak benda di dalam foto'
        : `Peta panas: ${methodHtml(method)}, ${map.columns} × ${map.rows} sel${layer === null ? '' : `, dari lapisan ${nameHtml(layer)}`}`,
    ].join('\n'),
};
