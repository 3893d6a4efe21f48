import type { Message } from 'telegraf/types';
import type { Reason } from '../analysis/reasons.js';
import type { Prediction } from '../analysis/service.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import { classButtons } from './buttons.js';
import { isSame } from './class-choice.js';
import type { ClassChoice } from './class-choice.js';
import type { Request, Services } from './context.js';
import { answerPrediction, named, predict, reasonOf, sourceOf } from './answer-prediction.js';
import type { NamedClass } from './messages/catalogue.js';
import type { FollowUp } from './start-answer.js';
import type { HeatmapKey, HeatmapMessage, RememberedPhoto } from './state/recall.js';
import { TelegramFailure } from './telegram/client.js';
import type { Delivered } from './telegram/delivery.js';
import type { Captioned, Picture } from './telegram/payload.js';

/** One heatmap that was asked for. */
export interface HeatmapRequest {
  readonly remembered: RememberedPhoto;
  readonly prediction: Prediction;
  readonly about: ClassOrGroup;
}

function heatmapKeyOf(
  services: Services,
  { words, colours }: Request,
  { remembered, about }: HeatmapRequest,
): HeatmapKey {
  const { fingerprint } = services.analysis.model;
  return { photo: remembered.photo.uniqueId, model: fingerprint, about, language: words.language, colours };
}

/** A heatmap's picture, made now or known to Telegram, or the reason there is none. */
export async function heatmapPicture(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
): Promise<{ picture: Picture } | { reason: Reason }> {
  const sent = await services.recall.sentHeatmap(heatmapKeyOf(services, request, asked));
  if (sent !== undefined && services.options.heatmaps) return { picture: sent };
  const { remembered, prediction, about } = asked;
  const { analysis, journal, updates } = services;
  if (updates.isDeadly(request.update)) return { reason: 'crashed' };
  const explained = named(services, request, prediction, about);
  journal.begin(request.update);
  try {
    const { log, words, person, colours } = request;
    const job = {
      photo: sourceOf(services, request, remembered.photo),
      class: about,
      legend: words.legend(explained),
      colourMap: colours,
      log,
    };
    const { jpeg } = await analysis.explain(job, person);
    return { picture: { kind: 'jpeg', jpeg } };
  } catch (error) {
    return { reason: reasonOf(error, request) };
  } finally {
    journal.end(request.update);
  }
}

/**
 * Keeps what Telegram now has and which photo the message is about, and writes the log's line about it.
 *
 * @param photo its number, where it stands in an album.
 */
export async function heatmapDelivered(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
  { picture, delivered }: { readonly picture: Picture; readonly delivered: Delivered },
  photo: number | null = null,
): Promise<void> {
  const { recall, metrics } = services;
  const { place, log, arrived } = request;
  const { messageId, picture: sent } = delivered;
  await recall.messageSent(place.chatId, messageId, asked.remembered);
  const shown = { messageId, kind: sent?.kind ?? 'photo', about: asked.about, photo } as const;
  await recall.heatmapShown(place.chatId, asked.remembered, shown);
  if (sent !== null) await recall.heatmapSent(heatmapKeyOf(services, request, asked), sent);
  const resent = picture.kind !== 'jpeg';
  metrics.heatmap(resent ? 'resent' : 'ok');
  log.info(
    { [asked.about.type]: asked.about.index, resent, ms: Math.round(performance.now() - arrived) },
    'heatmap sent',
  );
}

/** In the place of the one that is shown, as a message of its own where that is gone. */
async function deliver(
  { delivery }: Services,
  { place }: Request,
  captioned: Captioned,
  shown: HeatmapMessage | null,
): Promise<Delivered> {
  if (shown === null) return delivery.picture(place, captioned);
  try {
    return await delivery.editPicture({ ...shown, chatId: place.chatId }, captioned);
  } catch (error) {
    const gone =
      error instanceof TelegramFailure && /message (to edit not found|can't be edited)/.test(error.description);
    if (!gone) throw error;
    return delivery.picture(place, captioned);
  }
}

/**
 * What stands under a heatmap; under a chat's first one also how it is read.
 *
 * @param photo its number, where it stands in an album.
 */
export async function captionOf(
  { recall }: Services,
  { place, words, colours }: Request,
  explained: NamedClass,
  photo: number | null,
): Promise<string> {
  const isFirst = await recall.isFirstHeatmap(place.chatId);
  if (photo !== null) {
    const caption = words.albumHeatmapCaption(photo, explained);
    return isFirst ? `${caption}\n${words.howToRead(colours)}` : caption;
  }
  return isFirst ? words.firstHeatmapCaption(explained, colours) : words.heatmapCaption(explained, colours);
}

/**
 * Sends one heatmap; one that Telegram has no more is made again.
 *
 * @param shown the one in whose place it comes; null where it is a message of its own.
 * @returns the reason it was not sent, which can be told; null where it was, also where only Telegram's acknowledgement
 *   was lost.
 * @throws TelegramFailure `blocked`: nothing else can be sent either.
 */
export async function sendHeatmap(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
  { picture, caption }: Pick<Captioned, 'picture' | 'caption'>,
  shown: HeatmapMessage | null = null,
): Promise<Reason | null> {
  const photo = shown?.photo ?? null;
  const { covered } = asked.remembered.photo;
  try {
    const keyboard = photo === null ? classButtons(services, request, asked.prediction, asked.about) : undefined;
    const delivered = await deliver(services, request, { picture, caption, covered, keyboard }, shown);
    await heatmapDelivered(services, request, asked, { picture, delivered }, photo);
    return null;
  } catch (error) {
    if (error instanceof TelegramFailure && error.code === 'refused' && picture.kind !== 'jpeg') {
      await services.recall.heatmapGone(heatmapKeyOf(services, request, asked));
      const anew = await heatmapPicture(services, request, asked);
      return 'reason' in anew ? anew.reason : sendHeatmap(services, request, asked, { ...anew, caption }, shown);
    }
    return heatmapsUndelivered(services, request, error, 1);
  }
}

/** Why a heatmap was not taken; what the chat does not allow is for its admins to change, and no trouble of Telegram's. */
function reasonOfRefusal({ description }: TelegramFailure): Reason {
  return /not enough rights|_FORBIDDEN/.test(description) ? 'no-rights' : 'telegram';
}

/**
 * Why so many heatmaps that were made have not arrived; null where they may have.
 *
 * @throws the error where nothing else can be sent either.
 */
export function heatmapsUndelivered(
  { metrics }: Services,
  { log }: Request,
  error: unknown,
  howMany: number,
): Reason | null {
  if (!(error instanceof TelegramFailure)) throw error;
  const { code, description: why } = error;
  const reason = code === 'unknown' ? null : reasonOfRefusal(error);
  for (let i = 0; i < howMany; i++) metrics.heatmap(reason ?? 'ok');
  if (code === 'blocked') throw error;
  log.warn({ code, why }, 'heatmap not delivered');
  return reason;
}

/**
 * Sends the heatmap of one class, or the sentence why there is none.
 *
 * @param shown the heatmap of this photo in whose place it comes, if any. Of several that are asked for in one place the
 *   last one stays.
 * @throws TelegramFailure where neither could be sent.
 */
export async function answerHeatmap(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
  shown: HeatmapMessage | null = null,
): Promise<void> {
  const { underWay, delivery } = services;
  const { place, words } = request;
  const { about, prediction } = asked;
  const key = `${place.chatId} ${shown?.messageId ?? `${place.replyTo} ${about.type} ${about.index}`}`;
  if (isSame(about, underWay.get(key))) return;
  underWay.set(key, about);
  const explained = named(services, request, prediction, about);
  const makeAndSend = async (): Promise<Reason | null> => {
    const made = await heatmapPicture(services, request, asked);
    if ('reason' in made) return made.reason;
    if (underWay.get(key) !== about) return null;
    const caption = await captionOf(services, request, explained, shown?.photo ?? null);
    return sendHeatmap(services, request, asked, { ...made, caption }, shown);
  };
  try {
    // Telegram ends the action when a message comes, and not when one changes.
    const reason = await (shown === null ? delivery.busy(place, 'upload_photo', makeAndSend()) : makeAndSend());
    if (reason !== null) await delivery.text(place, words.noHeatmap(reason, explained.label));
  } finally {
    if (underWay.get(key) === about) underWay.delete(key);
  }
}

function heatmapIn(message: Message): HeatmapMessage | undefined {
  const kind = 'photo' in message ? 'photo' : 'document' in message ? 'document' : undefined;
  return kind && { messageId: message.message_id, kind, photo: null };
}

/**
 * Shows another class of a photo: in the place of its heatmap, where it has one in the chat.
 *
 * @param pressed the message whose button asks for it.
 * @throws TelegramFailure where it could not be sent.
 */
export async function changeHeatmap(
  services: Services,
  request: Request,
  remembered: RememberedPhoto,
  about: ClassOrGroup,
  pressed: Message,
): Promise<void> {
  const { place, words } = request;
  const outcome = await predict(services, request, remembered.photo);
  if ('reason' in outcome) {
    await services.delivery.text(place, words.noPrediction[outcome.reason]);
    return;
  }
  const shown = heatmapIn(pressed) ?? (await services.recall.shownHeatmap(place.chatId, remembered));
  await answerHeatmap(services, request, { remembered, prediction: outcome.prediction, about }, shown ?? null);
}

/**
 * Answers a photo with its prediction, unless the chat has had it, and then with a heatmap, which follows a prediction
 * and is the answer where there is none to send.
 *
 * @throws TelegramFailure where an answer could not be sent.
 */
export async function explainPhoto(
  services: Services,
  request: Request,
  remembered: RememberedPhoto,
  choose: ClassChoice,
): Promise<FollowUp | undefined> {
  const known = (await services.recall.wasAnswered(request.place.chatId, remembered.photo))
    ? await services.analysis.known(remembered.photo.uniqueId)
    : undefined;
  const prediction = known ?? (await answerPrediction(services, request, remembered, choose));
  if (prediction === null) return undefined;
  const heatmap = (): Promise<void> =>
    answerHeatmap(services, request, { remembered, prediction, about: choose(prediction) });
  if (known === undefined) return heatmap;
  await heatmap();
  return undefined;
}
