import { percentage } from '../../../percentage.js';
import type { ColourMapName } from '../../../vision/image/colour-maps.js';
import type { NamedClass } from '../catalogue.js';
import { count, share } from '../figures.js';
import { albumHtml, kindsHtml, methodHtml, namesMessage, percentHtml, predictionHtml } from '../layout.js';
import { BUTTON_LIMIT, cut } from '../cut.js';
import { bold, code, explainCommand, mention, nameHtml, oneLine, shortName } from '../markup.js';
import { notesHtml, rangeHtml } from '../model-notes.js';
import type { Catalogue } from '../catalogue.js';
import { modelPhrases } from './model.js';
import { shortReasons } from './short-reasons.js';

const language = 'en';
const more = (left: string) => `${left} more`;

/** What a colour map's strongest colour is called. */
const strongest: Readonly<Record<ColourMapName, string>> = {
  inferno: 'yellow',
  turbo: 'dark red',
  viridis: 'yellow',
  magma: 'cream',
};

/** True of the overlay: the weaker the evidence, the more of the photo shows through. */
const howToRead = (colours: ColourMapName): string =>
  `The ${strongest[colours]} parts mattered most, fainter ones less, untouched ones not at all. ` +
  `I compare parts of this one photo: some are always ${strongest[colours]}, even at a low percentage.`;

const article = (label: string): string => (/^[aeiou]/i.test(label) ? 'An' : 'A');

/** The explained class or kind, with the uncertainty it has. */
const explainedHtml = (explained: NamedClass): string =>
  `${bold(explained.label)} ${percentHtml(explained.probability, language)}${explained.unsure ? ', not sure' : ''}`;

export const answers = {
  prediction: (words) =>
    predictionHtml(words, {
      language,
      more,
      kind: (label, percent) => `${article(label)} ${bold(label)} — ${percent}, not sure which. My best guesses:`,
      unsure: 'I’m not sure. My best guesses:',
      knows: (names) => `All I know: ${names}`,
      knowsMany: (classes) => `I know ${classes} things: /labels`,
      heatmapIn: (seconds) => `Heatmap in about ${seconds} s.`,
      preview: {
        video: 'I can only see the preview frame of a video.',
        heic: 'I can only see the small preview of a HEIC picture.',
      },
    }),
  album: (lines, heatmapSeconds) =>
    albumHtml(lines, heatmapSeconds, {
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
  heatmapCaption: (explained, colours) =>
    `${explainedHtml(explained)} · ${strongest[colours]} mattered most, untouched parts did not count.`,
  firstHeatmapCaption: (explained, colours) => `${explainedHtml(explained)}\n${howToRead(colours)}`,
  howToRead,
  howToReadButton: 'How to read this',
  albumHeatmapCaption: (photo, explained) => `Photo ${photo}: ${explainedHtml(explained)}`,
  legend: ({ label, probability }) => ({
    title: `${shortName(label)} ${percentage(probability, language)}`,
    note: "relative to this picture's strongest spot",
    low: 'weak',
    high: 'strong',
  }),
  buttonWorking: 'I’m drawing it.',
  thanks: 'Thanks!',
  buttonTooOld: 'I no longer have this photo. Send it again, or reply to it with /explain.',
  buttonOfOtherModel: 'I gave that answer with another model. Reply to the photo with /explain to ask again.',

  labels: (names, left) =>
    namesMessage(names, left, { language, more }, (list) => {
      const classes = names.length + left;
      const title = classes === 1 ? 'I know one thing:' : `I know ${count(classes, language)} things:`;
      return `<b>${title}</b>\n${list}\n\nTo see what in a photo points to one of them: ${explainCommand(names[0] ?? '', 'explain')}`;
    }),
  noLabels: (classes) =>
    `The ${count(classes, language)} things I know have numbers instead of names. ` +
    'To ask about one, write its number, <code>/explain #0</code>, or which guess it was, <code>/explain 2</code>.',
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
        ? `Not sure: ${threshold.class > 0 ? `below ${share(threshold.class, language)}` : 'never, I always name my first guess'}`
        : `Names a thing from ${share(threshold.class, language)}, only its kind from ${share(threshold.group, language)}; below that I’m not sure`,
      map === null
        ? 'Heatmaps: none, this model can’t point at places in a picture'
        : `Heatmaps: ${methodHtml(method, 'the same for every class')}, ${map.columns} × ${map.rows} cells${layer === null ? '' : `, from layer ${nameHtml(layer)}`}`,
      ...notesHtml(notes, modelPhrases),
    ].join('\n'),

  guestHeatmap: (bot) => `For the heatmap, send me the photo in a private chat: ${mention(bot)}`,
  guestAsked: explainedHtml,
  guestNoPhoto: (bot) => `Reply to a photo with ${mention(bot)}, and I will say what is in it.`,
  guestNotServed: 'I only work in selected chats, and this isn’t one of them.',
} satisfies Partial<Catalogue>;
