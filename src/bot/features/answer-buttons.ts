import { Composer } from 'telegraf';
import type { Message } from 'telegraf/types';
import { changeHeatmap } from '../answer-heatmap.js';
import { predict } from '../answer-prediction.js';
import { classButtons, photoButtons } from '../buttons.js';
import { askedHow, askedIn } from '../callback-data.js';
import type { Asked } from '../callback-data.js';
import type { BotContext, Request, Services } from '../context.js';
import { photoBehind } from '../photo-behind.js';
import { replyingTo } from '../requests.js';
import { startAnswer } from '../start-answer.js';
import type { RememberedAlbum, RememberedPhoto } from '../state/recall.js';
import type { ClassOrGroup } from '../../vision/model/classifier.js';

/** A message of the bot with buttons under it. */
interface Pressed {
  readonly request: Request;
  readonly message: Message;
  readonly chatId: number;
  readonly messageId: number;
}

/** What a press brings: words at once, and work. */
interface Reaction {
  readonly toast?: string;
  readonly work?: () => Promise<void>;
}

/** The buttons under an answer: each changes what is there, and adds no message. */
export function answerButtonsFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis, recall } = services;
  const feature = new Composer<BotContext>();

  const explain = async (pressed: Pressed, remembered: RememberedPhoto, about: ClassOrGroup, photo: number | null) => {
    const request = replyingTo(pressed.request, remembered.messageId);
    await changeHeatmap(services, request, remembered, about, pressed.message);
    const prediction = await analysis.known(remembered.photo.uniqueId);
    // An album's heatmaps have no buttons of their own.
    if (photo === null || prediction === undefined) return;
    await delivery.editButtons(pressed, classButtons(services, request, prediction, about, photo));
  };

  const openPhoto = async (pressed: Pressed, remembered: RememberedPhoto, photo: number): Promise<void> => {
    const { request } = pressed;
    const outcome = await predict(services, request, remembered.photo);
    if ('reason' in outcome) {
      await delivery.text(request.place, request.words.noPrediction[outcome.reason]);
      return;
    }
    const shown = await recall.shownHeatmap(pressed.chatId, remembered);
    const buttons = classButtons(services, request, outcome.prediction, shown?.about ?? null, photo);
    await delivery.editButtons(pressed, buttons);
  };

  const closePhoto = async (pressed: Pressed, album: RememberedAlbum): Promise<void> => {
    const buttons = photoButtons(services, album);
    if (buttons !== undefined) await delivery.editButtons(pressed, buttons);
  };

  const react = async (asked: Asked, pressed: Pressed): Promise<Reaction> => {
    const { words } = pressed.request;
    if (asked.asks === 'shown') return {};
    if (asked.asks === 'why-of-another-model') return { toast: words.buttonOfOtherModel };
    const gone = { toast: words.buttonTooOld };
    const behind = await photoBehind(services, pressed.message);
    if (behind === null) return gone;
    const album = await recall.albumOf(pressed.chatId, behind);
    if (asked.asks === 'photos') return album === undefined ? gone : { work: () => closePhoto(pressed, album) };
    const { photo } = asked;
    const remembered = photo === null ? behind : album?.[photo - 1];
    if (remembered === undefined || remembered === null) return gone;
    if (asked.asks === 'photo') return { work: () => openPhoto(pressed, remembered, asked.photo) };
    const { about } = asked;
    if (!analysis.model.has(about)) return gone;
    return { toast: words.buttonWorking, work: () => explain(pressed, remembered, about, photo) };
  };

  feature.on('callback_query', async (ctx, next) => {
    const { callbackQuery: query, request } = ctx;
    const how = 'data' in query ? askedHow(query.data) : null;
    if (how !== null) {
      delivery.answerButton(query.id, request.words.howToRead(how), true);
      return;
    }
    const asked = 'data' in query ? askedIn(query.data, analysis.model.fingerprint) : null;
    if (asked === null) return next();
    const message = query.message as Message;
    const pressed = { request, message, chatId: message.chat.id, messageId: message.message_id };
    const { toast, work } = await react(asked, pressed);
    delivery.answerButton(query.id, toast);
    if (work !== undefined) void startAnswer(services, request, work);
  });

  return feature;
}
