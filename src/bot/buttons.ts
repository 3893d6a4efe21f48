import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'telegraf/types';
import type { Prediction } from '../analysis/service.js';
import { LANGUAGES } from '../languages.js';
import { COLOUR_MAPS } from '../vision/image/colour-maps.js';
import { likeliestClasses } from '../vision/model/answer.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import type { Verdict } from './callback-data.js';
import {
  howData,
  isVerdict,
  photoData,
  PHOTOS_DATA,
  settingData,
  SHOWN_DATA,
  verdictData,
  whyData,
} from './callback-data.js';
import { isSame } from './class-choice.js';
import type { Request, Services } from './context.js';
import { BUTTON_LIMIT, cut } from './messages/cut.js';
import { catalogueOf } from './messages/index.js';
import { oneLine } from './messages/markup.js';
import { OWN_LANGUAGE } from './setting-names.js';
import type { RememberedAlbum } from './state/recall.js';

/** Classes a prediction shows and offers to explain. */
export const SHOWN = 3;

/** Letters that a row holds on a narrow phone, and buttons that can still be hit there. */
const ROW = { letters: 24, buttons: 3 } as const;

/** Album numbers in a row. */
const NUMBERS = 5;

function rows(buttons: readonly InlineKeyboardButton[]): InlineKeyboardButton[][] {
  const lines: InlineKeyboardButton[][] = [];
  for (const button of buttons) {
    const last = lines.at(-1);
    const letters = (last ?? []).reduce((sum, { text }) => sum + text.length, button.text.length);
    if (last !== undefined && letters <= ROW.letters && last.length < ROW.buttons) last.push(button);
    else lines.push([button]);
  }
  return lines;
}

function marked(text: string, isChosen: boolean): string {
  return isChosen ? `✓ ${text}` : text;
}

/** Whether there are heatmaps at all. */
function explains({ options, analysis: { model } }: Services): boolean {
  return options.heatmaps && model.explains;
}

/** The kind that is the answer, where it is one, and the likeliest classes; with what is shown, where it is another. */
function offered({ answer, probabilities }: Prediction, shown: ClassOrGroup | null): ClassOrGroup[] {
  const likeliest: ClassOrGroup[] = likeliestClasses(probabilities, SHOWN);
  const all = answer.type === 'group' ? [answer.about, ...likeliest] : likeliest;
  return shown === null || all.some((about) => isSame(about, shown)) ? all : [shown, ...all];
}

/** Under a prediction where people are asked: whether it was right. */
function verdictButtons({ options, analysis: { model } }: Services, prediction: Prediction): InlineKeyboardButton[][] {
  if (!options.feedback) return [];
  const { about } = prediction.answer;
  const data = (verdict: Verdict): string =>
    verdictData(verdict, model.fingerprint, about, model.probabilityOf(prediction.probabilities, about));
  return [
    [
      { text: '👍', callback_data: data('right') },
      { text: '👎', callback_data: data('wrong') },
    ],
  ];
}

/** The same buttons without those that judge. */
export function withoutVerdicts({ inline_keyboard: lines }: InlineKeyboardMarkup): InlineKeyboardMarkup {
  const judges = (button: InlineKeyboardButton): boolean =>
    'callback_data' in button && isVerdict(button.callback_data);
  return { inline_keyboard: lines.filter((line) => !line.some(judges)) };
}

/**
 * Under a prediction: what it can be explained by, and whether it was right.
 *
 * @param heatmap where one follows, only what that is about: it has buttons of its own, and this one brings it where it
 *   was lost.
 */
export function predictionButtons(
  services: Services,
  { words }: Request,
  prediction: Prediction,
  heatmap: ClassOrGroup | null,
): InlineKeyboardMarkup | undefined {
  const { model } = services.analysis;
  const all = !explains(services) ? [] : heatmap === null ? offered(prediction, null) : [heatmap];
  const why = all.map((about) => ({
    text: words.whyButton(model.nameOf(about, words.language)),
    callback_data: whyData(model.fingerprint, about),
  }));
  const lines = [...rows(why), ...verdictButtons(services, prediction)];
  return lines.length === 0 ? undefined : { inline_keyboard: lines };
}

/**
 * Under a heatmap, and under an album's answer once one of its photos was chosen there: what the photo can be explained
 * by, what is shown marked.
 *
 * @param photo which one of an album.
 */
export function classButtons(
  { analysis: { model } }: Services,
  { words, colours }: Request,
  prediction: Prediction,
  shown: ClassOrGroup | null,
  photo?: number,
): InlineKeyboardMarkup {
  const buttons = offered(prediction, shown).map((about): InlineKeyboardButton => {
    const label = model.nameOf(about, words.language);
    const text = cut(oneLine(marked(label, isSame(about, shown))), BUTTON_LIMIT);
    return { text, callback_data: isSame(about, shown) ? SHOWN_DATA : whyData(model.fingerprint, about, photo) };
  });
  const lines = rows(buttons);
  if (photo !== undefined) lines.unshift([{ text: `‹ ${photo}`, callback_data: PHOTOS_DATA }]);
  if (shown !== null) lines.push([{ text: words.howToReadButton, callback_data: howData(colours) }]);
  return { inline_keyboard: lines };
}

/** Under an album's answer: the numbers of its photos; undefined where none can be explained. */
export function photoButtons(services: Services, album: RememberedAlbum): InlineKeyboardMarkup | undefined {
  const photos = album.flatMap((remembered, index) => (remembered === null ? [] : [index + 1]));
  if (!explains(services) || photos.length === 0) return undefined;
  const lines: InlineKeyboardButton[][] = [];
  for (const [index, photo] of photos.entries()) {
    if (index % NUMBERS === 0) lines.push([]);
    lines.at(-1)?.push({ text: String(photo), callback_data: photoData(photo) });
  }
  return { inline_keyboard: lines };
}

/** Under the settings: each can be tapped. */
export function settingButtons(services: Services, request: Request): InlineKeyboardMarkup {
  const { words, chat, settings, colours } = request;
  const { settingButtons: texts } = words;
  const { heatmaps = true, auto = false, language } = settings;
  const flip = (name: string, text: string, isOn: boolean): InlineKeyboardButton[] => [
    { text, callback_data: settingData(name, isOn ? 'off' : 'on') },
  ];
  const shown = chat === 'group' ? words.language : language;
  const languages = LANGUAGES.map((each) => ({
    text: marked(catalogueOf(each).languageName, each === shown),
    callback_data: settingData('language', each),
  }));
  const own = {
    text: marked(texts.ownLanguage, shown === undefined),
    callback_data: settingData('language', OWN_LANGUAGE),
  };
  const maps = COLOUR_MAPS.map((each) => ({
    text: marked(texts.colours[each], each === colours),
    callback_data: settingData('colours', each),
  }));
  return {
    inline_keyboard: [
      ...(chat === 'group' ? [flip('auto', texts.auto(auto), auto)] : []),
      ...(explains(services) ? [flip('heatmaps', texts.heatmaps(heatmaps), heatmaps)] : []),
      ...rows(chat === 'group' ? languages : [own, ...languages]),
      ...(explains(services) ? rows(maps) : []),
    ],
  };
}
