import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { isAutomaticForward, repliedTo, repliesToBot } from '../addressing.js';
import { startAnswer } from '../start-answer.js';
import type { FollowUp } from '../start-answer.js';
import { chosenSetting } from '../callback-data.js';
import { choiceAfterCommand } from '../class-choice.js';
import type { BotContext, Request, Services } from '../context.js';
import { explainPhoto } from '../answer-heatmap.js';
import { rememberPhoto } from '../remember-photo.js';
import { photoOfAlbum } from '../photo-of-album.js';
import { photoIn } from '../photo-in-message.js';
import type { Found } from '../photo-in-message.js';
import { answerPrediction } from '../answer-prediction.js';
import { replyingTo } from '../requests.js';
import type { RememberedPhoto } from '../state/recall.js';
import { onCommand } from './on-command.js';
import type { Commanded } from './on-command.js';

/** The photo a command is about, or why there is none. */
type Subject =
  | { readonly kind: 'photo'; readonly remembered: RememberedPhoto }
  | { readonly kind: 'not-a-picture'; readonly what: Extract<Found, { kind: 'not-a-picture' }>['what'] }
  /** A message without a picture was replied to. */
  | { readonly kind: 'unsupported-reply' }
  /** One of the bot's messages whose photo is forgotten. */
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'none' };

function subjectIn(found: Found, messageId: number): Subject {
  switch (found.kind) {
    case 'photo':
      return { kind: 'photo', remembered: { photo: found.photo, messageId } };
    case 'not-a-picture':
      return found;
    case 'nothing':
      return { kind: 'unsupported-reply' };
  }
}

/** Of the bot's messages heatmaps, and predictions with their buttons, are about a photo; settings have buttons too. */
function isAnswer(message: Message): boolean {
  if (photoIn(message).kind === 'photo') return true;
  const buttons = 'reply_markup' in message ? message.reply_markup.inline_keyboard.flat() : [];
  return buttons.some((button) => 'callback_data' in button && chosenSetting(button.callback_data) === null);
}

/** The photo the command stands under, else the one replied to, else the person's last one here. */
async function subjectOf({ ctx, message }: Commanded, services: Services): Promise<Subject> {
  const own = photoIn(message);
  if (own.kind !== 'nothing') return subjectIn(own, message.message_id);
  const replied = repliedTo(message);
  if (replied !== null) {
    if (repliesToBot(message, ctx.botInfo.id)) {
      const remembered = await services.recall.photoOf(replied.chat.id, replied.message_id);
      if (remembered !== undefined) return { kind: 'photo', remembered };
      return { kind: isAnswer(replied) ? 'forgotten' : 'unsupported-reply' };
    }
    const found = photoIn(replied);
    // Every comment under a channel's post replies to the post, whatever it is about.
    if (found.kind === 'photo' || !isAutomaticForward(replied)) return subjectIn(found, replied.message_id);
  } else if ('external_reply' in message) {
    return subjectIn(photoIn(message.external_reply), message.message_id);
  }
  const last = await services.recall.lastPhoto(ctx.request.place, ctx.request.person);
  return last === undefined ? { kind: 'none' } : { kind: 'photo', remembered: last };
}

/** Whether a command is about no photo that it names, so that it may be the comment on one that is forwarded. */
function namesNoPhoto({ message }: Commanded): boolean {
  return photoIn(message).kind === 'nothing' && repliedTo(message) === null && !('external_reply' in message);
}

/** Says what is missing, or hands the photo on. */
async function withPhoto(
  commanded: Commanded,
  services: Services,
  usage: string,
  work: (remembered: RememberedPhoto) => Promise<FollowUp | undefined>,
): Promise<FollowUp | undefined> {
  const { place, words, chat } = commanded.ctx.request;
  const mayBeAhead = chat === 'private' && namesNoPhoto(commanded);
  if (mayBeAhead && (await services.ahead.isTaken(place.chatId, commanded.command))) return undefined;
  const subject = await subjectOf(commanded, services);
  const say = async (sentence: string): Promise<undefined> => {
    await services.delivery.text(place, sentence);
  };
  switch (subject.kind) {
    case 'photo':
      return work(subject.remembered);
    case 'not-a-picture':
      return say(words.notAPicture(subject.what));
    case 'unsupported-reply':
      return say(words.unsupportedReply);
    case 'forgotten':
      return say(words.replyToThePhoto);
    case 'none':
      return say(usage);
  }
}

function isOfAlbum(message: Message): boolean {
  return 'media_group_id' in message;
}

/** `/explain [class]` and `/predict`: replying to a photo, under one, or about the person's last one. */
export function explainFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis } = services;
  const feature = new Composer<BotContext>();

  const say = async ({ place }: Request, sentence: string): Promise<undefined> => {
    await delivery.text(place, sentence);
  };

  onCommand(feature, 'explain', (commanded) => {
    const { ctx, message, command } = commanded;
    if (isOfAlbum(message)) return false;
    const { request } = ctx;
    const usage = request.words.explainUsage(request.chat, ctx.me);
    void startAnswer(services, request, () =>
      withPhoto(commanded, services, usage, async (remembered) => {
        const replied = repliedTo(message);
        const asked = await photoOfAlbum(services, request, { remembered, replied, text: command.argument });
        if ('sentence' in asked) return say(request, asked.sentence);
        await rememberPhoto(services, request, asked.remembered, true);
        const choice = choiceAfterCommand(analysis.model, request.words, asked.text);
        if ('sentence' in choice) return say(request, choice.sentence);
        return explainPhoto(services, replyingTo(request, asked.remembered.messageId), asked.remembered, choice.choose);
      }),
    );
    return true;
  });

  onCommand(feature, 'predict', (commanded) => {
    const { ctx, message } = commanded;
    if (isOfAlbum(message)) return false;
    const { request } = ctx;
    const usage = request.words.predictUsage(request.chat, ctx.me);
    void startAnswer(services, request, () =>
      withPhoto(commanded, services, usage, async (remembered) => {
        await rememberPhoto(services, request, remembered, true);
        await answerPrediction(services, replyingTo(request, remembered.messageId), remembered, null);
        return undefined;
      }),
    );
    return true;
  });

  return feature;
}
