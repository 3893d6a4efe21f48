import { AnalysisError } from '../analysis/reasons.js';
import type { Reason } from '../analysis/reasons.js';
import type { PhotoSource, Prediction } from '../analysis/service.js';
import { likeliestClasses } from '../vision/model/answer.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';
import { predictionButtons, SHOWN } from './buttons.js';
import type { ClassChoice } from './class-choice.js';
import type { Request, Requested, Services } from './context.js';
import type { AnswerWords, NamedClass, PredictionWords } from './messages/catalogue.js';
import type { PhotoRef } from './photo-in-message.js';
import type { RememberedPhoto } from './state/recall.js';
import { TelegramFailure } from './telegram/client.js';
import { download } from './telegram/fetch-file.js';

/** A heatmap that comes sooner than this, in milliseconds, is not announced. */
const SOON_MS = 10_000;

/** The photo for the analysis, fetched when it is needed. */
export function sourceOf({ client, options, journal }: Services, { update }: Requested, photo: PhotoRef): PhotoSource {
  return {
    key: photo.uniqueId,
    bytes: photo.bytes,
    fetch: (signal) => {
      journal.begin(update);
      return download(client, options, photo.fileId, signal);
    },
  };
}

/** A class or a kind with its name in the request's language and its probability in this prediction. */
export function named(
  { analysis: { model } }: Services,
  { words }: Requested,
  { probabilities, answer }: Prediction,
  about: ClassOrGroup,
): NamedClass {
  const probability = model.probabilityOf(probabilities, about);
  return {
    label: model.nameOf(about, words.language),
    probability,
    unsure: model.isUnsureOf(answer, { ...about, probability }),
  };
}

/** What people are told, in the request's language. */
export function answerWords(services: Services, request: Requested, prediction: Prediction): AnswerWords {
  const { type, about } = prediction.answer;
  return { type, best: named(services, request, prediction, about) };
}

/** The reason of a failure; one that is none of the known ones is logged and counts as a crash. */
export function reasonOf(error: unknown, request: Requested): Reason {
  if (error instanceof AnalysisError) return error.reason;
  request.log.error({ err: error }, 'unexpected failure');
  return 'crashed';
}

/** The prediction of a photo, or the reason there is none. */
export async function predict(
  services: Services,
  request: Requested,
  photo: PhotoRef,
): Promise<{ prediction: Prediction } | { reason: Reason }> {
  const { analysis, journal, tasks, updates, options } = services;
  const { update, person, log } = request;
  if (updates.isDeadly(update)) return { reason: 'crashed' };
  // Predicted or not: answers wait for the pace of their chat, and as long as they are not out they keep Telegram from
  // showing what others have sent.
  const waiting = Math.max(tasks.open.of(person), updates.historyOf(update).ahead);
  if (waiting > options.personLimit) return { reason: 'busy' };
  try {
    return { prediction: await analysis.predict(sourceOf(services, request, photo), person, log) };
  } catch (error) {
    return { reason: reasonOf(error, request) };
  } finally {
    journal.end(update);
  }
}

/**
 * Sends a prediction and writes the log's line about it. Null where only Telegram's acknowledgement was lost: the answer
 * has probably arrived, and what follows it is not held back.
 *
 * @throws TelegramFailure where the answer has not been sent.
 */
export async function sendPrediction<T>({ log, arrived }: Requested, send: () => Promise<T>): Promise<T | null> {
  try {
    const sent = await send();
    log.info({ ms: Math.round(performance.now() - arrived) }, 'answered');
    return sent;
  } catch (error) {
    if (!(error instanceof TelegramFailure && error.code === 'unknown')) throw error;
    log.warn({ why: error.description }, 'perhaps not answered');
    return null;
  }
}

/** Whether a process that did not come to the end of the update has sent the answer about this photo. */
export async function isOutAlready(
  { updates, recall }: Services,
  { update, place }: Request,
  remembered: RememberedPhoto,
): Promise<boolean> {
  return updates.historyOf(update).begun && (await recall.isAnswered(place.chatId, remembered));
}

/** What a prediction says, as HTML, and what more there is to say of it. */
export function predictionText(
  services: Services,
  request: Requested,
  prediction: Prediction,
  more: Pick<PredictionWords, 'known' | 'previewOf' | 'heatmapSeconds'>,
): string {
  const shown = likeliestClasses(prediction.probabilities, SHOWN);
  return request.words.prediction({
    classes: shown.map((each) => named(services, request, prediction, each)),
    answer: answerWords(services, request, prediction),
    ...more,
  });
}

/** Seconds until the heatmaps that follow, in tens, where they do not come soon. */
export function heatmapSeconds(
  { analysis, options }: Services,
  { person }: Request,
  howMany: number,
): number | undefined {
  const milliseconds = options.heatmaps && analysis.model.explains ? analysis.heatmapMs(person, howMany) : 0;
  return milliseconds > SOON_MS ? Math.ceil(milliseconds / 10_000) * 10 : undefined;
}

/**
 * Answers a photo: the prediction with its buttons, or a sentence why there is none.
 *
 * @param choose which class the heatmap is about that follows; null where none does.
 * @returns the prediction, once the answer is out; null where there is none.
 * @throws TelegramFailure where the answer has not been sent.
 */
export async function answerPrediction(
  services: Services,
  request: Request,
  remembered: RememberedPhoto,
  choose: ClassChoice | null,
): Promise<Prediction | null> {
  const { analysis, delivery, recall } = services;
  const { place, person, words } = request;
  const outcome = await delivery.busy(place, 'typing', predict(services, request, remembered.photo));
  if ('reason' in outcome) {
    const { reason } = outcome;
    if (reason !== 'busy' || (await recall.tellsBusy(place, person)))
      await delivery.text(place, words.noPrediction[reason]);
    return null;
  }
  const { prediction } = outcome;
  const text = predictionText(services, request, prediction, {
    known: prediction.answer.type === 'not-sure' ? analysis.model.labels(words.language) : [],
    previewOf: remembered.photo.previewOf,
    heatmapSeconds: choose === null ? undefined : heatmapSeconds(services, request, 1),
  });
  const buttons = predictionButtons(services, request, prediction, choose?.(prediction) ?? null);
  const isOut = await isOutAlready(services, request, remembered);
  const sent = isOut ? null : await sendPrediction(request, () => delivery.text(place, text, buttons));
  if (sent !== null) {
    await Promise.all([
      // First what keeps it from being sent again, should this process die now.
      recall.photoAnswered(place.chatId, remembered),
      recall.messageSent(place.chatId, sent.messageId, remembered),
    ]);
  }
  return prediction;
}
