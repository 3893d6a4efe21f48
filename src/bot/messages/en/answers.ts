import type { Colours, NamedClass } from '../catalogue.js';
import { count, percent, share } from '../figures.js';
import { albumHtml, classHtml, kindsHtml, methodHtml, namesMessage, predictionHtml } from '../layout.js';
import { BUTTON_LIMIT, cut } from '../cut.js';
import { bold, code, explainCommand, italic, mention, nameHtml, oneLine, shortName } from '../markup.js';
import { notesHtml, rangeHtml } from '../model-notes.js';
import type { Catalogue } from '../catalogue.js';
import { modelPhrases } from './model.js';
import { shortReasons } from './short-reasons.js';

const language = 'en';
const more = (left: string) => `${left} more`;

/** True of the overlay: the weaker the evidence, the more of the photo shows through. */
const reading: Readonly<Record<Colours, (label: string) => string>> = {
  inferno: (label) =>
    `Bright yellow spoke most for “${nameHtml(label)}”, orange and red less, a faint purple tint a little. Where the photo is unchanged, nothing did.
` + 'The colours compare the parts of this one picture: there is yellow even where the percentage is low.',
  others: (label) =>
    `The more colour, the more a part spoke for “${nameHtml(label)}”; the scale in the picture shows from weak to strong. Where the photo is unchanged, nothing did.
` + 'The colours compare the parts of this one picture, even where the percentage is low.',
};

const article = (label: string): string => (/^[aeiou]/i.test(label) ? 'An' : 'A');

/** The explained class or kind, with the uncertainty it has. */
const explainedHtml = (explained: NamedClass): string =>
  `${classHtml(explained, language, bold)}${explained.unsure ? ', not sure' : ''}`;

export const answers = {
  prediction: (words) =>
    predictionHtml(words, {
      language,
      more,
      kind: (label, percent) => `${article(label)} ${bold(label)} — ${percent}, not sure which. My best guesses:`,
      unsure: 'I’m not sure. My best guesses:',
      knows: (names) => `I only know ${names}.`,
      knowsMany: (classes) => `I know ${classes} things: /labels`,
      heatmapIn: (seconds) => `Heatmap in about ${seconds} s.`,
      preview: {
        video: 'I can only see the preview frame of a video.',
        heic: 'I can only see the small preview of a HEIC picture.',
      },
    }),
  album: (lines, model, heatmapSeconds) =>
    albumHtml(lines, model, heatmapSeconds, {
      language,
      perhaps: (guess) => `not sure, perhaps ${guess}`,
      kind: (kind) => `${kind}, not sure which`,
      preview: { video: 'preview frame', heic: 'small preview' },
      noAnswer: 'no answer:',
      reasons: shortReasons,
      heatmapsIn: (seconds) => `Heatmaps in about ${seconds} s.`,
    }),
  whyButton: (label) => {
    const [before, after] = ['Why ', '?'];
    return before + cut(oneLine(label), BUTTON_LIMIT - before.length - after.length) + after;
  },
  heatmapCaption: (explained, model, colours) =>
    [explainedHtml(explained), reading[colours](explained.label), italic(model)].join('\n'),
  albumHeatmapCaption: (photo, explained) => `Photo ${photo}: ${explainedHtml(explained)}`,
  legend: ({ label, probability }) => ({
    title: `${shortName(label)} ${percent(probability, language)}`,
    note: "relative to this picture's strongest spot",
    low: 'weak',
    high: 'strong',
  }),
  buttonWorking: 'The heatmap is being made.',
  buttonTooOld: 'This photo is no longer available. Send it again, or reply to it with /explain.',
  buttonOfOtherModel: 'That answer came from another model. Reply to the photo with /explain to ask this one.',

  labels: (names, left) =>
    namesMessage(names, left, { language, more }, (list) => {
      const classes = names.length + left;
      const title =
        classes === 1 ? 'This model knows one class:' : `This model knows ${count(classes, language)} classes:`;
      return `<b>${title}</b>\n${list}\n\nTo see what in a photo speaks for one of them: ${explainCommand(names[0] ?? '')}`;
    }),
  noLabels: (classes) =>
    `The classes of this model (${count(classes, language)}) have no names and go by number. ` +
    'To explain one of them, write its number, <code>/explain #0</code>, or the rank of a guess, <code>/explain 2</code>.',
  kinds: (kinds, classes) =>
    kindsHtml(
      kinds,
      language,
      `I know ${count(classes, language)} things, among them:`,
      `All of one kind: ${code(`/labels ${kinds[0]?.within[0]?.label ?? kinds[0]?.label ?? ''}`)}`,
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
      `From: ${nameHtml(origin)}`,
      `Classes: ${count(classes, language)} (/labels)`,
      `Sees a photo at: ${input.width} × ${input.height} pixels`,
      `Pixel values: ${rangeHtml(range, modelPhrases)}`,
      threshold.group === null
        ? `Not sure: below ${share(threshold.class, language)}`
        : `Names a thing from ${share(threshold.class, language)}, only its kind from ${share(threshold.group, language)}; below that I’m not sure`,
      map === null
        ? 'Heatmaps: none, this model does not show reliably where things are in a picture'
        : `Heatmaps: ${methodHtml(method)}, ${map.columns} × ${map.rows} cells${layer === null ? '' : `, from layer ${nameHtml(layer)}`}`,
      ...notesHtml(notes, modelPhrases),
    ].join('\n'),

  guestHeatmap: (bot) => `For the heatmap, send me the photo in a private chat: ${mention(bot)}`,
  guestAsked: (asked) => classHtml(asked, language, bold),
  guestNoPhoto: (bot) => `Reply to a photo with ${mention(bot)}, and I will say what is in it.`,
  guestNotServed: 'This bot serves certain chats only, and this is not one of them.',
} satisfies Partial<Catalogue>;
