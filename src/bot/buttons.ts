import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'telegraf/types';
import type { Prediction } from '../analysis/service.js';
import { rankedClasses } from '../vision/model/answer.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import { photoData, PHOTOS_DATA, SHOWN_DATA, whyData } from './callback-data.js';
import { isSame } from './class-choice.js';
import type { Request, Services } from './context.js';
import { BUTTON_LIMIT, cut } from './messages/cut.js';
import { oneLine } from './messages/markup.js';
import type { RememberedAlbum } from './state/recall.js';

/** Classes a prediction shows and offers to explain. */
export const SHOWN = 3;

/** Letters that a row holds on a narrow phone, and buttons that can still be hit there. */
const ROW = { letters: 24, buttons: 3 } as const;

/** Album numbers in a row. */
const NUMBERS = 5;

function rows(buttons: readonly InlineKeyboardButton[]): InlineKeyboardMarkup {
  const lines: InlineKeyboardButton[][] = [];
  for (const button of buttons) {
    const last = lines.at(-1);
    const letters = (last ?? []).reduce((sum, { text }) => sum + text.length, button.text.length);
    if (last !== undefined && letters <= ROW.letters && last.length < ROW.buttons) last.push(button);
    else lines.push([button]);
  }
  return { inline_keyboard: lines };
}

/** The kind that is the answer, where it is one, and the likeliest classes; with what is shown, where it is another. */
function offered({ answer, probabilities }: Prediction, shown: ClassOrGroup | null): ClassOrGroup[] {
  const likeliest: ClassOrGroup[] = rankedClasses(probabilities).slice(0, SHOWN);
  const all = answer.type === 'group' ? [answer.about, ...likeliest] : likeliest;
  return shown === null || all.some((about) => isSame(about, shown)) ? all : [shown, ...all];
}

/**
 * Under a prediction: what it can be explained by.
 *
 * @param heatmap where one follows, only what that is about: it has buttons of its own, and this one brings it where it
 *   was lost.
 */
export function whyButtons(
  { options, analysis: { model } }: Services,
  { words }: Request,
  prediction: Prediction,
  heatmap: ClassOrGroup | null,
): InlineKeyboardMarkup | undefined {
  if (!options.heatmaps || !model.explains) return undefined;
  const all = heatmap === null ? offered(prediction, null) : [heatmap];
  return rows(
    all.map((about) => ({
      text: words.whyButton(model.nameOf(about, words.language)),
      callback_data: whyData(model.fingerprint, about),
    })),
  );
}

/**
 * Under a heatmap, and under an album's answer once one of its photos was chosen there: what the photo can be explained
 * by, what is shown marked.
 *
 * @param photo which one of an album.
 */
export function classButtons(
  { analysis: { model } }: Services,
  { words }: Request,
  prediction: Prediction,
  shown: ClassOrGroup | null,
  photo?: number,
): InlineKeyboardMarkup {
  const buttons = offered(prediction, shown).map((about): InlineKeyboardButton => {
    const label = model.nameOf(about, words.language);
    const text = cut(oneLine(isSame(about, shown) ? `✓ ${label}` : label), BUTTON_LIMIT);
    return { text, callback_data: isSame(about, shown) ? SHOWN_DATA : whyData(model.fingerprint, about, photo) };
  });
  const { inline_keyboard: lines } = rows(buttons);
  if (photo === undefined) return { inline_keyboard: lines };
  return { inline_keyboard: [[{ text: `‹ ${photo}`, callback_data: PHOTOS_DATA }], ...lines] };
}

/** Under an album's answer: the numbers of its photos; undefined where none can be explained. */
export function photoButtons(
  { options, analysis: { model } }: Services,
  album: RememberedAlbum,
): InlineKeyboardMarkup | undefined {
  const photos = album.flatMap((remembered, index) => (remembered === null ? [] : [index + 1]));
  if (!options.heatmaps || !model.explains || photos.length === 0) return undefined;
  const lines: InlineKeyboardButton[][] = [];
  for (const [index, photo] of photos.entries()) {
    if (index % NUMBERS === 0) lines.push([]);
    lines.at(-1)?.push({ text: String(photo), callback_data: photoData(photo) });
  }
  return { inline_keyboard: lines };
}
