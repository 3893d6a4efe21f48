import sharp from 'sharp';
import { isUpload } from 'local-telegram';
import type { ApiCall, Chat, LocalTelegram, Message, User } from 'local-telegram';
import { copyModel } from './sorot.js';

/** Labels of the golden model that most conversations are about, in both languages. */
export const LABELS = [
  { en: 'cat', id: 'kucing' },
  { en: 'dog', id: 'anjing' },
  { en: 'polar bear', id: 'beruang kutub' },
  { en: 'ship', id: 'kapal' },
  { en: 'lorry', id: 'truk' },
] as const;

/** What the likeliest of five classes always reaches. */
const A_FIFTH = 0.2;

/** A small quick model of five classes, sure of whatever comes first. */
export function smallModel(classifier: object = {}): Promise<string> {
  return copyModel('pooling-dense', 'small', {
    name: 'Five things',
    labels: LABELS,
    threshold: A_FIFTH,
    range: [0, 1],
    ...classifier,
  });
}

/** Kinds of those classes. */
const GROUPS = [
  { label: { en: 'animal', id: 'hewan', synonyms: { en: ['creature'] } }, classes: ['polar bear'] },
  { label: { en: 'pet', id: 'peliharaan' }, parent: 'animal', classes: ['cat', 'dog'] },
  { label: { en: 'vehicle', id: 'kendaraan' }, classes: ['ship', 'lorry'] },
] as const;

/** The same model with kinds, sure from one half on: of `photograph(1)` it is sure that it is an animal, and no more. */
export function modelWithKinds(classifier: object = {}): Promise<string> {
  return smallModel({ name: 'Three kinds', groups: GROUPS, threshold: 0.5, ...classifier });
}

/** Sends a sticker, one that stands still unless something else is said. */
export function sendSticker(
  telegram: LocalTelegram,
  from: User,
  chat: Chat,
  bytes: Uint8Array,
  { animated = false }: { readonly animated?: boolean } = {},
): Message {
  const file = telegram.addFile(bytes, animated ? 'sticker.tgs' : 'sticker.webp');
  const look = { type: 'regular', width: 512, height: 512, is_animated: animated, is_video: false } as const;
  return telegram.sendOther(from, chat, { sticker: { ...file, ...look } });
}

/** What a call sends to read: its text, or its caption, also that of an edited picture. */
export function words({ payload }: ApiCall): string {
  const media = payload['media'] as { readonly caption?: string } | undefined;
  const said = payload['text'] ?? payload['caption'] ?? media?.caption ?? '';
  return typeof said === 'string' ? said : '';
}

/** The message that an answer replies to. */
export function repliesTo({ payload }: ApiCall): number | undefined {
  return (payload['reply_parameters'] as { message_id?: number } | undefined)?.message_id;
}

export function chatOf({ payload }: Pick<ApiCall, 'payload'>): unknown {
  return payload['chat_id'];
}

/** The bytes of an uploaded file, or null where a file id was sent. */
export function uploaded({ payload, method }: ApiCall, field = 'photo'): Uint8Array | null {
  const edited = payload['media'] as { readonly media?: string } | undefined;
  const value = payload[method === 'editMessageMedia' ? (edited?.media?.replace('attach://', '') ?? '') : field];
  return isUpload(value) ? value.upload : null;
}

export async function sizeOf(picture: Uint8Array): Promise<{ width: number; height: number; format: string }> {
  const { width, height, format } = await sharp(picture).metadata();
  return { width, height, format };
}

/** The message that Telegram made of a send. */
export function messageOf(call: ApiCall): Message {
  return call.result as Message;
}

/** The data of a message's inline buttons, row by row. */
export function buttonsOf(call: ApiCall): { text: string; callback_data: string }[] {
  const markup = call.payload['reply_markup'] as
    { inline_keyboard: { text: string; callback_data: string }[][] } | undefined;
  return (markup?.inline_keyboard ?? []).flat();
}

/** Those of them that are about a class or a kind. */
export function classesOf(call: ApiCall): { text: string; callback_data: string }[] {
  return buttonsOf(call).filter(({ callback_data: data }) => data.startsWith('why:') || data === 'shown');
}

/** Calls that say something in a chat, so far. */
export function said(telegram: LocalTelegram, chat?: Chat): ApiCall[] {
  const sends = new Set(['sendMessage', 'sendPhoto', 'sendDocument', 'sendMediaGroup']);
  return telegram.calls.filter(
    (call) => sends.has(call.method) && call.status === 200 && (chat === undefined || chatOf(call) === chat.id),
  );
}

/** The bot's next answer to a message: of that method, replying to it. */
export function answerTo(
  telegram: LocalTelegram,
  message: Message,
  method = 'sendMessage',
  options: { after?: number; timeoutMs?: number } = {},
): Promise<ApiCall> {
  return telegram.waitForCall(
    method,
    (call) => repliesTo(call) === message.message_id && chatOf(call) === message.chat.id,
    options,
  );
}
