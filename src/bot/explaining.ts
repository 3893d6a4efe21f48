import { AnalysisError } from '../analysis/reasons.js';
import type { Reason } from '../analysis/reasons.js';
import type { Prediction } from '../analysis/service.js';
import type { Request, Services } from './context.js';
import type { NamedClass } from './messages/catalogue.js';
import { answerPrediction, named, reasonOf, sourceOf } from './predicting.js';
import type { HeatmapKey } from './state/recall.js';
import type { RememberedPhoto } from './state/recall.js';
import { TelegramFailure } from './telegram/client.js';
import type { Delivered, Picture } from './telegram/delivery.js';

/** One heatmap that was asked for. */
export interface HeatmapRequest {
  readonly remembered: RememberedPhoto;
  readonly prediction: Prediction;
  readonly classIndex: number;
}

export function heatmapKeyOf(request: Request, { remembered, classIndex }: HeatmapRequest): HeatmapKey {
  return { photo: remembered.photo.uniqueId, classIndex, language: request.words.language };
}

/** A heatmap's picture, made now or known to Telegram, or the reason there is none. */
export async function heatmapPicture(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
): Promise<{ picture: Picture } | { reason: Reason }> {
  const sent = services.recall.sentHeatmap(heatmapKeyOf(request, asked));
  if (sent !== undefined && services.options.heatmaps) return { picture: sent };
  const { remembered, prediction, classIndex } = asked;
  const explained = named(services, request, prediction, classIndex);
  try {
    const { jpeg } = await services.analysis.explain(sourceOf(services, remembered.photo), classIndex, {
      person: request.person,
      legend: request.words.legend(explained),
      log: request.log,
    });
    return { picture: { kind: 'jpeg', jpeg } };
  } catch (error) {
    return { reason: reasonOf(error, request) };
  }
}

/** Keeps what Telegram now has, and which photo the message is about. */
export function rememberDelivered(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
  delivered: Delivered,
): void {
  const { messageId, picture } = delivered;
  services.recall.messageSent(request.place.chatId, messageId, asked.remembered);
  if (picture !== null) services.recall.heatmapSent(heatmapKeyOf(request, asked), picture);
}

/** Sends the picture; one that Telegram has no more is made again. */
async function deliver(
  services: Services,
  request: Request,
  asked: HeatmapRequest,
  explained: NamedClass,
): Promise<{ delivered: Delivered } | { reason: Reason }> {
  const { delivery, analysis, recall, metrics } = services;
  const { place, words, log } = request;
  const made = await heatmapPicture(services, request, asked);
  if ('reason' in made) return made;
  const caption = words.heatmapCaption(explained, analysis.model.name, services.options.colours);
  try {
    const delivered = await delivery.picture(place, { picture: made.picture, caption });
    if (made.picture.kind !== 'jpeg') metrics.heatmap('resent');
    return { delivered };
  } catch (error) {
    if (!(error instanceof TelegramFailure)) throw error;
    if (made.picture.kind !== 'jpeg' && error.code === 'refused') {
      recall.heatmapGone(heatmapKeyOf(request, asked));
      return deliver(services, request, asked, explained);
    }
    // Where nothing can be sent, neither can a sentence; where the answer was lost, the heatmap may well be there.
    if (error.code === 'blocked' || error.code === 'unknown') throw error;
    log.warn({ why: error.description }, 'heatmap not delivered');
    metrics.heatmap('telegram');
    return { reason: 'telegram' };
  }
}

/**
 * Sends the heatmap of one class, or the sentence why there is none.
 *
 * @throws TelegramFailure where neither could be sent.
 */
export async function answerHeatmap(services: Services, request: Request, asked: HeatmapRequest): Promise<void> {
  const { place, words } = request;
  const key = `${place.chatId} ${place.replyTo} ${asked.classIndex}`;
  if (services.underWay.has(key)) return;
  services.underWay.add(key);
  try {
    const explained = named(services, request, asked.prediction, asked.classIndex);
    const work = deliver(services, request, asked, explained);
    const outcome = await services.delivery.busy(place, 'upload_photo', work);
    if ('delivered' in outcome) rememberDelivered(services, request, asked, outcome.delivered);
    else await services.delivery.text(place, words.noHeatmap(outcome.reason, explained.label));
  } finally {
    services.underWay.delete(key);
  }
}

/** Which class to explain, once the prediction is known. */
export type ClassChoice = (prediction: Prediction) => number;

/** The class at a rank, counted from one; any rank, also beyond those a prediction lists. */
export function atRank(rank: number): ClassChoice {
  return ({ top, probabilities }) => {
    const listed = top[rank - 1];
    if (listed !== undefined) return listed.index;
    const order = Array.from(probabilities.keys()).sort(
      (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b,
    );
    const index = order[rank - 1];
    if (index === undefined) throw new AnalysisError('crashed', `There is no rank ${rank}.`);
    return index;
  };
}

/**
 * Answers a photo with its prediction, unless the chat has had it, and then with a heatmap.
 *
 * @throws TelegramFailure where an answer could not be sent.
 */
export async function explainPhoto(
  services: Services,
  request: Request,
  remembered: RememberedPhoto,
  choose: ClassChoice,
): Promise<void> {
  const known = services.recall.wasAnswered(request.place.chatId, remembered.photo)
    ? services.analysis.known(remembered.photo.uniqueId)
    : undefined;
  const prediction = known ?? (await answerPrediction(services, request, remembered));
  if (prediction === null) return;
  await answerHeatmap(services, request, { remembered, prediction, classIndex: choose(prediction) });
}
