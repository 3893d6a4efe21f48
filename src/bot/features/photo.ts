import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { isAutomaticForward, mentions, repliesToBot } from '../addressing.js';
import type { Command } from '../addressing.js';
import { Albums } from '../albums.js';
import { answerAlbum } from '../answer-album.js';
import { startAnswer } from '../start-answer.js';
import type { FollowUp } from '../start-answer.js';
import { choiceAfterCommand, theAnswer } from '../class-choice.js';
import type { ClassChoice } from '../class-choice.js';
import type { BotContext, Request, Services } from '../context.js';
import { answerHeatmap } from '../answer-heatmap.js';
import { rememberPhoto } from '../remember-photo.js';
import { photoIn } from '../photo-in-message.js';
import type { Found } from '../photo-in-message.js';
import { answerPrediction } from '../answer-prediction.js';
import type { AlbumAsked, RememberedPhoto } from '../state/recall.js';

/** Why a photo is answered: it is meant for the bot, or the group has every photo answered. */
type Meant = 'addressed' | 'auto' | 'no';

interface Arrived {
  readonly message: Message;
  readonly request: Request;
  readonly found: Found;
  readonly photo: RememberedPhoto | null;
  readonly meant: Meant;
  /** Of an album, or of a comment that came ahead of the photo; elsewhere commands have been taken already. */
  readonly command: Command | null;
}

/** Captions that ask for something about their photo; any other command is not about it. */
function asksAboutPhoto(command: Command | null): boolean {
  return command?.name === 'explain' || command?.name === 'predict';
}

/** What people talk in, also where every photo is answered. */
function isTalk(found: Found): boolean {
  return found.kind === 'photo' && (found.photo.kind === 'sticker' || found.photo.kind === 'video');
}

function isMeant(ctx: BotContext, message: Message, found: Found): Meant {
  if (ctx.request.chat === 'private') return 'addressed';
  const asked = asksAboutPhoto(ctx.command) || mentions(message, ctx.me) || repliesToBot(message, ctx.botInfo.id);
  if (asked && !isAutomaticForward(message)) return 'addressed';
  return ctx.request.settings.auto === true && !isTalk(found) ? 'auto' : 'no';
}

/** What the photo is asked for: by its caption, or by a comment that came ahead of it. */
async function commandFor({ ahead }: Services, { command, request }: BotContext): Promise<Command | null> {
  if (asksAboutPhoto(command)) return command;
  return request.chat === 'private' ? ahead.take(request.place.chatId) : null;
}

/** What the photo's album was asked for, where this is a part of it that comes late. */
async function albumAsked({ recall }: Services, message: Message): Promise<AlbumAsked | undefined> {
  return 'media_group_id' in message ? recall.albumAsked(message.chat.id, message.media_group_id) : undefined;
}

/** Which class is explained without being asked for; null where the chat has switched that off. */
function followingHeatmap({ request }: Arrived): ClassChoice | null {
  return request.settings.heatmaps === false ? null : theAnswer;
}

async function answerOne(
  services: Services,
  arrived: Arrived,
  choose: ClassChoice | null,
): Promise<FollowUp | undefined> {
  const { request, found, photo, meant } = arrived;
  if (photo !== null) {
    const prediction = await answerPrediction(services, request, photo, choose);
    if (prediction === null || choose === null) return undefined;
    return () => answerHeatmap(services, request, { remembered: photo, prediction, about: choose(prediction) });
  }
  if (found.kind === 'not-a-picture' && meant === 'addressed') {
    await services.delivery.text(request.place, request.words.notAPicture(found.what));
  }
  return undefined;
}

/** Answers an album as its caption asks, which may stand under any of its photos. */
async function answerGathered(
  services: Services,
  album: readonly Arrived[],
  leader: Arrived,
): Promise<FollowUp | undefined> {
  const { request, message } = leader;
  const command = album.find((arrived) => arrived.command !== null)?.command ?? null;
  if (leader.meant === 'addressed' && 'media_group_id' in message) {
    await services.recall.albumIsAsked(message.chat.id, message.media_group_id, { command });
  }
  let choose = followingHeatmap(leader);
  if (command?.name === 'predict') choose = null;
  if (command?.name === 'explain') {
    const choice = choiceAfterCommand(services.analysis.model, request.words, command.argument);
    if ('sentence' in choice) {
      await services.delivery.text(request.place, choice.sentence);
      return undefined;
    }
    choose = choice.choose;
  }
  const items = album.map(({ request, photo }) => ({ request, remembered: photo }));
  const hasPhoto = items.some((item) => item.remembered !== null);
  if (album.length === 1 || !hasPhoto) return answerOne(services, leader, choose);
  const [first = leader] = album;
  return answerAlbum(services, first.request, items, choose);
}

/** Photos, image files and stickers: each is answered with its prediction and then its heatmap; albums together. */
export function photoFeature(services: Services): Composer<BotContext> {
  const albums = new Albums<Arrived>(async (album) => {
    const leader = album.find(({ meant }) => meant === 'addressed') ?? album.find(({ meant }) => meant === 'auto');
    if (leader === undefined) return;
    await startAnswer(services, leader.request, () => answerGathered(services, album, leader));
  });
  services.onStop.push(() => {
    albums.end();
  });

  const feature = new Composer<BotContext>();
  feature.on('message', async (ctx, next) => {
    const { message, request } = ctx;
    const found = photoIn(message);
    if (found.kind === 'nothing') return next();
    const asked = await albumAsked(services, message);
    const meant = asked === undefined ? isMeant(ctx, message, found) : 'addressed';
    const photo: RememberedPhoto | null =
      found.kind === 'photo' ? { photo: found.photo, messageId: message.message_id } : null;
    const [command] = await Promise.all([
      commandFor(services, ctx),
      photo === null ? null : rememberPhoto(services, request, photo, meant !== 'no'),
    ]);
    const arrived: Arrived = { message, request, found, photo, meant, command: command ?? asked?.command ?? null };
    const album = albums.take(arrived);
    if (album !== null) services.updates.wait(request.update, album);
    else if (meant !== 'no') void startAnswer(services, request, () => answerGathered(services, [arrived], arrived));
  });
  return feature;
}
