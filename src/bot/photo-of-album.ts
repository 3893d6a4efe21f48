import type { Message } from 'telegraf/types';
import { numberAhead } from './asked-in-words.js';
import type { Request, Services } from './context.js';
import { photoIn } from './photo-in-message.js';
import type { RememberedPhoto } from './state/recall.js';

/** What is asked, and of which photo; or why it can be asked of none, as HTML. */
export type Asked =
  | { readonly remembered: RememberedPhoto; readonly text: string; readonly numbered: boolean }
  | { readonly sentence: string };

/**
 * Which photo of an album is meant: "3 dog" is the dog in the third one. A number alone is a photo's in a reply to the
 * bot's answer, which numbers them, and elsewhere a guess's.
 *
 * @param replied the message replied to, if any; `remembered` is the photo behind it.
 * @param text as after `/explain`, or in people's own words.
 */
export async function photoOfAlbum(
  { recall, analysis: { model } }: Services,
  { place, words }: Request,
  { remembered, replied, text }: { readonly remembered: RememberedPhoto; replied: Message | null; text: string },
): Promise<Asked> {
  const asked = { remembered, text, numbered: false };
  const named = numberAhead(text);
  if (named === null) return asked;
  const album = await recall.albumOf(place.chatId, remembered);
  if (album === undefined) return asked;
  const toTheAnswer = replied?.from?.is_bot === true && photoIn(replied).kind === 'nothing';
  if (!toTheAnswer && (named.rest === '' || model.find(text).found === 'named')) return asked;
  const photo = album[named.number - 1] ?? null;
  if (photo === null) return { sentence: words.noSuchPhoto(named.number) };
  return { remembered: photo, text: named.rest, numbered: true };
}
