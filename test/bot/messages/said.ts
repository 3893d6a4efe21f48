import { COMMANDS } from '../../../src/bot/messages/catalogue.js';
import type { AlbumLine, Catalogue } from '../../../src/bot/messages/catalogue.js';
import { REASONS } from '../../../src/analysis/reasons.js';
import type { AnswerWords, KindWords, ModelWords, NamedClass } from '../../../src/bot/messages/catalogue.js';
import type { Previewed } from '../../../src/bot/photo-in-message.js';
import { COLOUR_MAPS } from '../../../src/vision/image/colour-maps.js';
import { toLabel } from '../../../src/vision/model/labels.js';

export type Place = 'message' | 'caption' | 'button' | 'callback' | 'command' | 'description' | 'short' | 'drawn';

export interface Said {
  readonly key: string;
  readonly place: Place;
  readonly text: string;
}

/** What the words are about: the same sentences are asked for with everyday values and with absurd ones. */
export interface Subject {
  readonly label: string;
  readonly labels: readonly string[];
  readonly probabilities: readonly number[];
  readonly model: string;
  readonly bot: string;
  readonly query: string;
  readonly number: number;
  readonly albumLength: number;
}

const AUDIENCES = ['private', 'group'] as const;
const SWITCH = [true, false];

/** Everything a catalogue can say about a subject. */
export function everythingSaid(words: Catalogue, about: Subject): Said[] {
  return [...fixed(words), ...answers(words, about), ...failures(words, about), ...chat(words, about)];
}

function fixed(words: Catalogue): Said[] {
  return [
    message('privacy', words.privacy),
    message('adminsOfBotOnly', words.adminsOfBotOnly),
    message('replyToThePhoto', words.replyToThePhoto),
    message('noSuchPhoto', words.noSuchPhoto(12)),
    message('unsupportedReply', words.unsupportedReply),
    message('languageSet', words.languageSet),
    message('heatmapOffForAll', words.heatmapOffForAll),
    message('autoInPrivate', words.autoInPrivate),
    message('groupAdminsOnly', words.groupAdminsOnly),
    { key: 'buttonAdminsOnly', place: 'callback', text: words.buttonAdminsOnly('/auto on') },
    message('hint', words.hint),
    message('replyHint', words.replyHint),
    message('unexpected', words.unexpected),
    { key: 'ownLanguage', place: 'button', text: words.settingButtons.ownLanguage },
    ...COLOUR_MAPS.map((each): Said => ({
      key: `settingButtons.colours.${each}`,
      place: 'button',
      text: words.settingButtons.colours[each],
    })),
    { key: 'thanks', place: 'callback', text: words.thanks },
    { key: 'languageName', place: 'button', text: words.languageName },
    { key: 'buttonWorking', place: 'callback', text: words.buttonWorking },
    { key: 'buttonTooOld', place: 'callback', text: words.buttonTooOld },
    { key: 'buttonOfOtherModel', place: 'callback', text: words.buttonOfOtherModel },
    ...COMMANDS.map((name): Said => ({ key: `commands.${name}`, place: 'command', text: words.commands[name] })),
    { key: 'description', place: 'description', text: words.description },
    { key: 'shortDescription', place: 'short', text: words.shortDescription },
  ];
}

function answers(words: Catalogue, { label, labels, probabilities, model, bot, albumLength, number }: Subject): Said[] {
  const [first = 0] = probabilities;
  const explained = { label, probability: first, unsure: false };
  const unsure = { ...explained, unsure: true };
  const classes = probabilities.map((probability, index) => ({
    label: labels[index] ?? label,
    probability,
    unsure: index > 0,
  }));
  const sureAnswer: AnswerWords = { type: 'class', best: explained };
  const kindAnswer: AnswerWords = { type: 'group', best: explained };
  const unsureAnswer: AnswerWords = { type: 'not-sure', best: unsure };
  const kinds = kindsOf(labels);
  const facts = {
    name: model,
    classes: number,
    threshold: { class: 0.5, group: null },
    input: { width: 224, height: 224 },
    method: 'gradcam',
    origin: `Keras ${model}`,
    range: { from: 'own-layers', layer: label, range: [0, 255] },
    notes: [],
  } as const satisfies Partial<ModelWords>;
  const [near0 = toLabel(label), near1 = toLabel(label)] = labels.map(toLabel);
  const guessed: ModelWords = {
    ...facts,
    map: null,
    layer: null,
    range: { from: 'nothing', range: [-1, 1] },
    notes: [
      { about: 'range', chosen: { from: 'nothing', range: [-1, 1] } },
      { about: 'range-contradicted', said: 'caffe', own: [0, 255], layer: label },
      { about: 'output', name: label, among: 3 },
      { about: 'two-classes', labels: [near0, near1] },
      { about: 'no-softmax' },
      { about: 'own-labels', file: label },
      { about: 'middle', exporter: label },
      { about: 'no-labels', classes: number },
    ],
  };
  const legend = words.legend(explained);
  return [
    message('prediction sure', words.prediction({ classes, answer: sureAnswer, known: labels })),
    message(
      'prediction, heatmap later',
      words.prediction({ classes, answer: sureAnswer, known: labels, heatmapSeconds: number }),
    ),
    ...(['video', 'heic'] as const).map((previewOf) =>
      message(
        `prediction of a ${previewOf}`,
        words.prediction({ classes, answer: sureAnswer, known: labels, previewOf }),
      ),
    ),
    message('prediction kind', words.prediction({ classes, answer: kindAnswer, known: labels })),
    message('prediction unsure', words.prediction({ classes, answer: unsureAnswer, known: labels })),
    message('prediction unsure unnamed', words.prediction({ classes, answer: unsureAnswer, known: [] })),
    message('album', words.album(albumOf(albumLength, explained))),
    message('album, heatmaps later', words.album(albumOf(albumLength, explained), number)),
    { key: 'whyButton', place: 'button', text: words.whyButton(label) },
    ...COLOUR_MAPS.flatMap((colours): Said[] => [
      { key: `heatmapCaption ${colours}`, place: 'caption', text: words.heatmapCaption(explained, colours) },
      { key: `firstHeatmapCaption ${colours}`, place: 'caption', text: words.firstHeatmapCaption(unsure, colours) },
      { key: `howToRead ${colours}`, place: 'callback', text: words.howToRead(colours) },
    ]),
    { key: 'heatmapCaption unsure', place: 'caption', text: words.heatmapCaption(unsure, 'inferno') },
    { key: 'howToReadButton', place: 'button', text: words.howToReadButton },
    { key: 'albumHeatmapCaption', place: 'caption', text: words.albumHeatmapCaption(2, explained) },
    { key: 'albumHeatmapCaption unsure', place: 'caption', text: words.albumHeatmapCaption(2, unsure) },
    ...Object.entries(legend).map(([key, text]): Said => ({ key: `legend.${key}`, place: 'drawn', text })),
    message('modelFacts', words.modelFacts({ ...facts, map: { rows: 7, columns: 7 }, layer: 'out_relu' })),
    message('modelFacts guessed', words.modelFacts(guessed)),
    message('modelFacts never unsure', words.modelFacts({ ...guessed, threshold: { class: 0, group: null } })),
    message('modelFacts no map', words.modelFacts({ ...facts, map: null, layer: null })),
    message('labels', words.labels(labels, 0)),
    message('labels left', words.labels(labels, number)),
    message('labels one', words.labels([label], 0)),
    message('noLabels', words.noLabels(number)),
    message('kinds', words.kinds(kinds, number)),
    message('kinds alone', words.kinds(kinds.slice(1), number)),
    message('labelsOf', words.labelsOf(label, labels)),
    message('guestHeatmap', words.guestHeatmap(bot)),
    message('guestAsked', words.guestAsked(explained)),
    message('guestNoPhoto', words.guestNoPhoto(bot)),
  ];
}

/** A kind with all the others within it, then each of those by itself. */
function kindsOf(labels: readonly string[]): KindWords[] {
  const [first = '', ...others] = labels;
  const alone = others.map((label, index): KindWords => ({ label, classes: index + 1, within: [] }));
  return [{ label: first, classes: labels.length, within: alone }, ...alone];
}

function albumOf(length: number, best: NamedClass): AlbumLine[] {
  return Array.from({ length }, (_, index): AlbumLine => {
    const reason = REASONS[index % REASONS.length] ?? 'busy';
    const type = (['class', 'group', 'not-sure'] as const)[index % 4];
    return type === undefined
      ? { kind: 'failed', reason }
      : {
          kind: 'predicted',
          answer: { type, best },
          previewOf: [undefined, 'video', 'heic'][index % 3] as Previewed | undefined,
        };
  });
}

function failures(words: Catalogue, { label, labels, query, number, albumLength }: Subject): Said[] {
  const failed = Array.from({ length: albumLength }, (_, index) => ({
    photo: index + 1,
    reason: REASONS[index % REASONS.length] ?? 'busy',
  }));
  const unread = ['heic', 'video', 'animated-sticker', 'file'] as const;
  return [
    ...REASONS.map((reason) => message(`noPrediction ${reason}`, words.noPrediction[reason])),
    ...REASONS.map((reason) => message(`noHeatmap ${reason}`, words.noHeatmap(reason, label))),
    ...REASONS.map((reason) => message(`noAlbumHeatmaps ${reason}`, words.noAlbumHeatmaps([{ photo: 2, reason }]))),
    message('noAlbumHeatmaps', words.noAlbumHeatmaps(failed)),
    ...unread.map((what) => message(`notAPicture ${what}`, words.notAPicture(what))),
    message('unknownLabel', words.unknownLabel(query, [])),
    message('unknownLabel near', words.unknownLabel(query, labels.slice(0, 3))),
    message('unknownRank', words.unknownRank(number, 10)),
    message('unknownRank one', words.unknownRank(number, 1)),
    message('unknownIndex', words.unknownIndex(number, 10)),
    message('unknownCommand', words.unknownCommand(query)),
    message('notServed', words.notServed(-1001234567890)),
  ];
}

function chat(words: Catalogue, { model, bot, number }: Subject): Said[] {
  const status = (band: 'normal' | 'high' | 'critical', hits: number) =>
    words.status({
      uptimeSeconds: number * 60,
      backend: { name: 'onnx', reason: 'not-on-onnx' },
      precision: { name: 'float32', reason: 'not-calibrated' },
      model,
      predictions: { waiting: 0, running: 1 },
      heatmaps: { waiting: number, running: 0 },
      memory: { band, usedMb: 233, limitMb: 512 },
      cache: { entries: 41, limit: 500, hits, misses: hits },
      recycled: 2,
      judged: hits === 0 ? null : { right: number, wrong: 1 },
      receiving: hits === 0 ? null : { pending: number, lastError: model },
    });
  return [
    ...AUDIENCES.flatMap((audience) => [
      message(`start ${audience}`, words.start(audience, bot)),
      message(`help ${audience}`, words.help(audience, bot)),
      message(`explainUsage ${audience}`, words.explainUsage(audience, bot)),
      message(`predictUsage ${audience}`, words.predictUsage(audience, bot)),
      message(`settings ${audience}`, words.settings(audience)),
    ]),
    ...SWITCH.flatMap((on): Said[] => [
      message(`heatmapSet ${on}`, words.heatmapSet(on)),
      { key: `settingButtons.heatmaps ${on}`, place: 'button', text: words.settingButtons.heatmaps(on) },
      { key: `settingButtons.auto ${on}`, place: 'button', text: words.settingButtons.auto(on) },
      message(`autoSet ${on}`, words.autoSet(on)),
    ]),
    message('autoHidden', words.autoHidden(bot)),
    ...(['normal', 'high', 'critical'] as const).map((band) => message(`status ${band}`, status(band, number))),
    message('status new', status('normal', 0)),
  ];
}

function message(key: string, text: string): Said {
  return { key, place: 'message', text };
}
