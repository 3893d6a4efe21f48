import type { Reason } from '../analysis/reasons.js';
import type { Prediction } from '../analysis/service.js';
import type { Request, Services } from './context.js';
import { heatmapPicture, rememberDelivered } from './explaining.js';
import type { HeatmapRequest } from './explaining.js';
import type { AlbumLine } from './messages/catalogue.js';
import { named, predict } from './predicting.js';
import type { RememberedPhoto } from './state/recall.js';
import { TelegramFailure } from './telegram/client.js';
import type { Captioned, Picture } from './telegram/delivery.js';

type Predicted = { readonly prediction: Prediction } | { readonly reason: Reason };

interface Failure {
  readonly photo: number;
  readonly reason: Reason;
}

function lineOf(services: Services, request: Request, outcome: Predicted): AlbumLine {
  if ('reason' in outcome) return { kind: 'failed', reason: outcome.reason };
  const { prediction } = outcome;
  const [first] = prediction.top;
  if (first === undefined) return { kind: 'failed', reason: 'crashed' };
  return { kind: 'predicted', best: named(services, request, prediction, first.index), sure: prediction.sure };
}

/** One heatmap of the album, with its photo's number in it. */
interface Numbered {
  readonly photo: number;
  readonly asked: HeatmapRequest;
}

async function sendAlbum(
  services: Services,
  request: Request,
  made: readonly (Numbered & { readonly picture: Picture })[],
): Promise<void> {
  const { delivery } = services;
  const captioned = made.map(({ photo, asked, picture }): Captioned => {
    const explained = named(services, request, asked.prediction, asked.classIndex);
    return { picture, caption: request.words.albumHeatmapCaption(photo, explained) };
  });
  // Telegram's albums begin at two, and hold photos only.
  const together = captioned.length > 1 && captioned.every(({ picture }) => picture.kind !== 'document');
  const delivered = together
    ? await delivery.album(request.place, captioned)
    : await Promise.all(captioned.map((one) => delivery.picture(request.place, one)));
  delivered.forEach((one, index) => {
    const numbered = made[index];
    if (numbered !== undefined) rememberDelivered(services, request, numbered.asked, one);
  });
}

async function answerHeatmaps(services: Services, request: Request, wanted: readonly Numbered[]): Promise<void> {
  const pictures = await Promise.all(
    wanted.map(async (numbered) => ({
      ...numbered,
      outcome: await heatmapPicture(services, request, numbered.asked),
    })),
  );
  const made = pictures.flatMap(({ outcome, ...numbered }) =>
    'picture' in outcome ? [{ ...numbered, picture: outcome.picture }] : [],
  );
  const failures: Failure[] = pictures.flatMap(({ outcome, photo }) =>
    'reason' in outcome ? [{ photo, reason: outcome.reason }] : [],
  );
  if (made.length > 0) {
    try {
      await sendAlbum(services, request, made);
    } catch (error) {
      if (!(error instanceof TelegramFailure) || error.code === 'blocked' || error.code === 'unknown') throw error;
      request.log.warn({ why: error.description }, 'heatmaps not delivered');
      failures.push(...made.map(({ photo }) => ({ photo, reason: 'telegram' as const })));
    }
  }
  if (failures.length > 0) await services.delivery.text(request.place, request.words.noAlbumHeatmaps(failures));
}

/**
 * Answers an album: one message with a line a photo, then the heatmaps as one album, because groups take 20 messages a
 * minute.
 *
 * @throws TelegramFailure where an answer could not be sent.
 */
export async function answerAlbum(
  services: Services,
  request: Request,
  photos: readonly RememberedPhoto[],
  heatmaps: boolean,
): Promise<void> {
  const { delivery, recall, analysis } = services;
  const { place, words } = request;
  const predicted = Promise.all(photos.map(({ photo }) => predict(services, request, photo)));
  const outcomes = await delivery.busy(place, 'typing', predicted);
  const lines = outcomes.map((outcome) => lineOf(services, request, outcome));
  const sent = await delivery.text(place, words.album(lines, analysis.model.name));
  const [first] = photos;
  if (first !== undefined) recall.messageSent(place.chatId, sent.messageId, first);
  const wanted = outcomes.flatMap((outcome, index): Numbered[] => {
    const remembered = photos[index];
    if ('reason' in outcome || remembered === undefined) return [];
    recall.photoAnswered(place.chatId, remembered.photo);
    const best = outcome.prediction.top[0];
    if (best === undefined) return [];
    return [{ photo: index + 1, asked: { remembered, prediction: outcome.prediction, classIndex: best.index } }];
  });
  if (heatmaps && wanted.length > 0) {
    await delivery.busy(place, 'upload_photo', answerHeatmaps(services, request, wanted));
  }
}
