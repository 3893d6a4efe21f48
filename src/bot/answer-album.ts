import type { Reason } from '../analysis/reasons.js';
import type { Prediction } from '../analysis/service.js';
import { photoButtons } from './buttons.js';
import type { ClassChoice } from './class-choice.js';
import type { Request, Services } from './context.js';
import { captionOf, heatmapDelivered, heatmapPicture, heatmapsUndelivered, sendHeatmap } from './answer-heatmap.js';
import type { HeatmapRequest } from './answer-heatmap.js';
import type { AlbumLine } from './messages/catalogue.js';
import { answerWords, heatmapSeconds, isOutAlready, named, predict, sendPrediction } from './answer-prediction.js';
import type { FollowUp } from './start-answer.js';
import type { RememberedPhoto } from './state/recall.js';
import { TelegramFailure } from './telegram/client.js';
import type { Delivered } from './telegram/delivery.js';
import type { Captioned } from './telegram/payload.js';

type Predicted = { readonly prediction: Prediction } | { readonly reason: Reason };

/** Something of an album that is no picture and has no preview: it has its number and its line all the same. */
const NO_PICTURE: Predicted = { reason: 'unsupported-image' };

interface Failure {
  readonly photo: number;
  readonly reason: Reason;
}

/** One heatmap of the album, with its photo's number in it. */
interface Numbered {
  readonly photo: number;
  readonly asked: HeatmapRequest;
}

type Drawn = Numbered & Pick<Captioned, 'picture'>;
type Made = Numbered & Captioned;

function lineOf(services: Services, request: Request, outcome: Predicted, item: AlbumItem | undefined): AlbumLine {
  if ('reason' in outcome) return { kind: 'failed', reason: outcome.reason };
  return {
    kind: 'predicted',
    answer: answerWords(services, request, outcome.prediction),
    previewOf: item?.remembered?.photo.previewOf,
  };
}

async function makeHeatmap(services: Services, request: Request, numbered: Numbered): Promise<Drawn | Failure> {
  const { photo, asked } = numbered;
  const made = await heatmapPicture(services, request, asked);
  return 'reason' in made ? { photo, reason: made.reason } : { ...numbered, ...made };
}

/** One after the other: how heatmaps are read stands under the first one, whichever was drawn first. */
async function withCaptions(services: Services, request: Request, drawn: readonly Drawn[]): Promise<Made[]> {
  const made: Made[] = [];
  for (const each of drawn) {
    const { photo, asked } = each;
    const explained = named(services, request, asked.prediction, asked.about);
    const caption = await captionOf(services, request, explained, photo);
    made.push({ ...each, caption, covered: asked.remembered.photo.covered });
  }
  return made;
}

/** Each by itself. */
async function sendSingly(services: Services, request: Request, made: readonly Made[]): Promise<Failure[]> {
  const failures: Failure[] = [];
  for (const one of made) {
    const reason = await sendHeatmap(services, request, one.asked, one);
    if (reason !== null) failures.push({ photo: one.photo, reason });
  }
  return failures;
}

/** As one album; each by itself where Telegram refuses them together. */
async function sendTogether(services: Services, request: Request, made: readonly Made[]): Promise<Failure[]> {
  let sent: Delivered[];
  try {
    sent = await services.delivery.album(request.place, made);
  } catch (error) {
    if (error instanceof TelegramFailure && error.code === 'refused') return sendSingly(services, request, made);
    const reason = heatmapsUndelivered(services, request, error, made.length);
    return reason === null ? [] : made.map(({ photo }) => ({ photo, reason }));
  }
  for (const [index, delivered] of sent.entries()) {
    const one = made[index];
    if (one === undefined) continue;
    const { asked, picture, photo } = one;
    await heatmapDelivered(services, request, asked, { picture, delivered }, photo);
  }
  return [];
}

async function answerHeatmaps(services: Services, request: Request, wanted: readonly Numbered[]): Promise<void> {
  const outcomes = await Promise.all(wanted.map((numbered) => makeHeatmap(services, request, numbered)));
  const drawn = outcomes.filter((outcome) => 'picture' in outcome);
  const made = await withCaptions(services, request, drawn);
  const failures: Failure[] = outcomes.filter((outcome) => 'reason' in outcome);
  // Telegram's albums begin at two, and do not mix photos with documents.
  const photos = made.filter(({ picture }) => picture.kind !== 'document');
  const together = photos.length > 1 ? photos : [];
  if (together.length > 0) failures.push(...(await sendTogether(services, request, together)));
  const singly = made.filter((one) => !together.includes(one));
  failures.push(...(await sendSingly(services, request, singly)));
  failures.sort((a, b) => a.photo - b.photo);
  if (failures.length > 0) await services.delivery.text(request.place, request.words.noAlbumHeatmaps(failures));
}

/** One message of an album: its own request, and its photo; null for what is no picture. */
export interface AlbumItem {
  readonly request: Request;
  readonly remembered: RememberedPhoto | null;
}

/**
 * Answers an album: one message with a line for each of it. The heatmaps follow as one album, because groups take 20
 * messages a minute.
 *
 * @param items in order.
 * @param choose which class the heatmaps explain; null for no heatmaps.
 * @throws TelegramFailure where an answer could not be sent.
 */
export async function answerAlbum(
  services: Services,
  request: Request,
  items: readonly AlbumItem[],
  choose: ClassChoice | null,
): Promise<FollowUp | undefined> {
  const { delivery, recall } = services;
  const { place, words } = request;
  const predicted = Promise.all(
    items.map(async (item) =>
      item.remembered === null ? NO_PICTURE : predict(services, item.request, item.remembered.photo),
    ),
  );
  const outcomes = await delivery.busy(place, 'typing', predicted);
  const lines = outcomes.map((outcome, index) => lineOf(services, request, outcome, items[index]));
  const heatmaps = choose === null ? 0 : lines.filter(({ kind }) => kind === 'predicted').length;
  const seconds = heatmaps === 0 ? undefined : heatmapSeconds(services, request, heatmaps);
  const album = items.map(({ remembered }, index) => (lines[index]?.kind === 'predicted' ? remembered : null));
  const text = words.album(lines, seconds);
  const first = items.find(({ remembered }) => remembered !== null)?.remembered ?? null;
  const predictedFirst = album.find((remembered) => remembered !== null);
  const isOut = predictedFirst !== undefined && (await isOutAlready(services, request, predictedFirst));
  const sent = isOut
    ? null
    : await sendPrediction(request, () => delivery.text(place, text, photoButtons(services, album)));
  const known: Promise<void>[] = [];
  const wanted: Numbered[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const remembered = items[index]?.remembered ?? null;
    if ('reason' in outcome || remembered === null) continue;
    const { prediction } = outcome;
    if (sent !== null) known.push(recall.photoAnswered(place.chatId, remembered));
    if (choose !== null)
      wanted.push({ photo: index + 1, asked: { remembered, prediction, about: choose(prediction) } });
  }
  known.push(recall.albumAnswered(place.chatId, album));
  if (sent !== null && first !== null) known.push(recall.messageSent(place.chatId, sent.messageId, first));
  await Promise.all(known);
  if (wanted.length === 0) return undefined;
  return () => delivery.busy(place, 'upload_photo', answerHeatmaps(services, request, wanted));
}
