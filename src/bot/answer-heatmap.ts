import type { Reason } from '../analysis/reasons.js';
import type { Prediction } from '../analysis/service.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import type { ClassChoice } from './class-choice.js';
import type { Request, Services } from './context.js';
import { answerPrediction, named, reasonOf, sourceOf } from './answer-prediction.js';
import type { FollowUp } from './start-answer.js';
import type { HeatmapKey, RememberedPhoto } from './state/recall.js';
import { TelegramFailure } from './telegram/client.js';
import type { Delivered } from './telegram/delivery.js';
import type { Captioned, Picture } from './telegram/payload.js';

/** One heatmap that was asked for. */
export interface HeatmapRequest {
  readonly remembered: RememberedPhoto;
  readonly prediction: Prediction;
  readonly about: ClassOrGroup;
}

function heatmapKeyOf(services: Services, { words }: Request, { remembered, about }: HeatmapRequest): HeatmapKey {
  const { fingerprint } = services.analysis.model;
  return { photo: remembered.photo.uniqueId, model: fingerprint, about, language: words.language };
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
  const { analysis, journal } = services;
  if (journal.isDeadly(request.update)) return { reason: 'crashed' };
  const explained = named(services, request, prediction, about);
  journal.begin(request.update);
  try {
    const { log, words, person } = request;
    const job = {
      photo: sourceOf(services, request, remembered.photo),
      class: about,
      legend: words.legend(explained),
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

/** Keeps what Telegram now has and which photo the message is about, and writes the log's line about it. */
export async function heatmapDelivered(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
  { picture, delivered }: { readonly picture: Picture; readonly delivered: Delivered },
): Promise<void> {
  const { recall, metrics } = services;
  const { place, log, arrived } = request;
  await recall.messageSent(place.chatId, delivered.messageId, asked.remembered);
  if (delivered.picture !== null) await recall.heatmapSent(heatmapKeyOf(services, request, asked), delivered.picture);
  const resent = picture.kind !== 'jpeg';
  metrics.heatmap(resent ? 'resent' : 'ok');
  log.info(
    { [asked.about.type]: asked.about.index, resent, ms: Math.round(performance.now() - arrived) },
    'heatmap sent',
  );
}

/**
 * Sends one heatmap; one that Telegram has no more is made again.
 *
 * @returns the reason it was not sent, which can be told; null where it was, also where only Telegram's acknowledgement
 *   was lost.
 * @throws TelegramFailure `blocked`: nothing else can be sent either.
 */
export async function sendHeatmap(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
  { picture, caption }: Omit<Captioned, 'covered'>,
): Promise<Reason | null> {
  const { covered } = asked.remembered.photo;
  try {
    const delivered = await services.delivery.picture(request.place, { picture, caption, covered });
    await heatmapDelivered(services, request, asked, { picture, delivered });
    return null;
  } catch (error) {
    if (error instanceof TelegramFailure && error.code === 'refused' && picture.kind !== 'jpeg') {
      await services.recall.heatmapGone(heatmapKeyOf(services, request, asked));
      const anew = await heatmapPicture(services, request, asked);
      return 'reason' in anew ? anew.reason : sendHeatmap(services, request, asked, { ...anew, caption });
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
 * @throws TelegramFailure where neither could be sent.
 */
export async function answerHeatmap(services: Services, request: Request, asked: HeatmapRequest): Promise<void> {
  const { underWay, delivery, analysis, options } = services;
  const { place, words } = request;
  const key = `${place.chatId} ${place.replyTo} ${asked.about.type} ${asked.about.index}`;
  if (underWay.has(key)) return;
  underWay.add(key);
  const explained = named(services, request, asked.prediction, asked.about);
  const makeAndSend = async (): Promise<Reason | null> => {
    const made = await heatmapPicture(services, request, asked);
    if ('reason' in made) return made.reason;
    const caption = words.heatmapCaption(explained, analysis.model.name, options.colours);
    return sendHeatmap(services, request, asked, { ...made, caption });
  };
  try {
    const reason = await delivery.busy(place, 'upload_photo', makeAndSend());
    if (reason !== null) await delivery.text(place, words.noHeatmap(reason, explained.label));
  } finally {
    underWay.delete(key);
  }
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
    ? services.analysis.known(remembered.photo.uniqueId)
    : undefined;
  const prediction = known ?? (await answerPrediction(services, request, remembered, 'follows'));
  if (prediction === null) return undefined;
  const heatmap = (): Promise<void> =>
    answerHeatmap(services, request, { remembered, prediction, about: choose(prediction) });
  if (known === undefined) return heatmap;
  await heatmap();
  return undefined;
}
