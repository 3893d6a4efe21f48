import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { mentions, repliesToBot } from '../addressing.js';
import { Albums } from '../albums.js';
import { answerAlbum } from '../answering-albums.js';
import type { BotContext, Request, Services } from '../context.js';
import { answerHeatmap, atRank } from '../explaining.js';
import { originalSize, photoIn } from '../photos.js';
import type { Found } from '../photos.js';
import { answerPrediction } from '../predicting.js';
import type { RememberedPhoto } from '../state/recall.js';

/** Why a photo is answered: it is meant for the bot, or the group has every photo answered. */
type Meant = 'addressed' | 'auto' | 'no';

interface Arrived {
  readonly message: Message;
  readonly request: Request;
  readonly found: Found;
  readonly meant: Meant;
}

function isMeant(ctx: BotContext, services: Services, message: Message): Meant {
  if (ctx.request.chat === 'private' || ctx.command !== null) return 'addressed';
  if (mentions(message, ctx.me) || repliesToBot(message, ctx.botInfo.id)) return 'addressed';
  return services.settings.of(message.chat.id).auto === true ? 'auto' : 'no';
}

function remembered({ message, found }: Arrived): RememberedPhoto | null {
  return found.kind === 'photo' ? { photo: found.photo, messageId: message.message_id } : null;
}

/** A heatmap follows by itself unless the chat has switched that off. */
function heatmapFollows(services: Services, request: Request): boolean {
  return services.settings.of(request.place.chatId).heatmaps !== false;
}

async function answerOne(services: Services, arrived: Arrived): Promise<void> {
  const { request, found, meant } = arrived;
  const photo = remembered(arrived);
  if (photo !== null) {
    const sticker = photo.photo.kind === 'sticker';
    // Where every photo is answered, stickers are still what people talk in.
    if (meant === 'auto' && sticker) return;
    const prediction = await answerPrediction(services, request, photo);
    if (prediction === null || !heatmapFollows(services, request)) return;
    const classIndex = atRank(1)(prediction);
    await answerHeatmap(services, request, { remembered: photo, prediction, classIndex });
  } else if (found.kind === 'not-a-picture' && meant === 'addressed') {
    await services.delivery.text(request.place, request.words.notAPicture(found.what));
  }
}

async function answerGathered(services: Services, album: readonly Arrived[]): Promise<void> {
  const [first] = album;
  if (first === undefined) return;
  const photos = album.flatMap((arrived) => remembered(arrived) ?? []);
  const [onlyPhoto] = photos;
  if (album.length === 1 || onlyPhoto === undefined) return answerOne(services, first);
  await answerAlbum(services, first.request, photos, heatmapFollows(services, first.request));
}

/** Photos, image files and stickers: each is answered with its prediction and then its heatmap; albums together. */
export function photoFeature(services: Services): Composer<BotContext> {
  const { recall, tasks } = services;
  const albums = new Albums<Arrived>((album) => {
    const [first] = album;
    if (first === undefined || album.every(({ meant }) => meant === 'no')) return;
    tasks.start(first.request.log, () => answerGathered(services, album));
  });
  services.onStop.push(() => {
    albums.flush();
  });

  const feature = new Composer<BotContext>();
  feature.on('message', async (ctx, next) => {
    const { message } = ctx;
    const found = photoIn(message);
    if (found.kind === 'nothing') return next();
    const arrived: Arrived = { message, request: ctx.request, found, meant: isMeant(ctx, services, message) };
    const photo = remembered(arrived);
    if (photo !== null) {
      recall.photoSeen(ctx.request.place, ctx.request.person, photo);
      const { kind, bytes, width, height } = photo.photo;
      const fetched = width === null || height === null ? null : `${width}x${height}`;
      const original = originalSize(message) ?? fetched;
      if (arrived.meant !== 'no') ctx.request.log.info({ kind, original, fetched, bytes }, 'photo received');
    }
    if (albums.take(arrived) || arrived.meant === 'no') return;
    tasks.start(ctx.request.log, () => answerOne(services, arrived));
  });
  return feature;
}
