import { randomInt } from 'node:crypto';
import { fileTypeFromBuffer } from 'file-type';
import sharp from 'sharp';
import type { Chat, LocalTelegram, SendOptions, User } from 'local-telegram';

/** Pictures that phones make a photo of. A GIF moves, and HEIC only some can read: those go as files. */
const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/tiff'];

/** Pixels that are decoded to make a photo's sizes; larger ones go as files, and the bot says what it makes of them. */
const MAX_PIXELS = 50e6;

/** Telegram makes no photo of a picture whose longer side is more than so many times the shorter. */
const MAX_RATIO = 20;

const SMALL = 90;

const MAX_NAME = 200;

export interface FilesToSend {
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  /** As files, photos keep every pixel. */
  readonly as: 'photo' | 'file';
  readonly caption?: string;
}

export interface Place {
  readonly from: User;
  readonly chat: Chat;
  readonly options: SendOptions;
}

/** Sends photos as one message or album, then what goes as a file as another; the caption stands on the first. */
export async function sendFiles(telegram: LocalTelegram, place: Place, sent: FilesToSend): Promise<void> {
  const { from, chat, options } = place;
  const looked = await Promise.all(
    sent.files.map(async (file) => ({ file, photo: await isPhoto(sent.as, file.bytes) })),
  );
  const photos = looked.filter(({ photo }) => photo).map(({ file }) => file.bytes);
  const documents = looked.filter(({ photo }) => !photo).map(({ file }) => file);
  let captioned = sent.caption === undefined ? options : { ...options, caption: sent.caption };
  const [first] = photos;
  if (photos.length > 1) await telegram.sendAlbum(from, chat, photos, captioned);
  else if (first !== undefined) await telegram.sendPhoto(from, chat, first, captioned);
  if (photos.length > 0) captioned = options;
  const albumId = documents.length > 1 ? { albumId: String(randomInt(2 ** 47)) } : {};
  const typed = await Promise.all(documents.map(async (file) => ({ ...file, mimeType: await typeOf(file.bytes) })));
  for (const { bytes, name, mimeType } of typed) {
    telegram.sendDocument(from, chat, bytes, { ...captioned, ...albumId, mimeType, fileName: plainName(name) });
    captioned = options;
  }
}

async function isPhoto(as: FilesToSend['as'], bytes: Uint8Array): Promise<boolean> {
  if (as === 'file' || !PHOTO_TYPES.includes(await typeOf(bytes))) return false;
  try {
    const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS });
    const { width, height } = await picture.metadata();
    // Whether it can be decoded shows only when it is; a small size takes the least time.
    await picture.resize(SMALL).toBuffer();
    return Math.max(width, height) <= MAX_RATIO * Math.min(width, height);
  } catch {
    return false;
  }
}

async function typeOf(bytes: Uint8Array): Promise<string> {
  return (await fileTypeFromBuffer(bytes))?.mime ?? 'application/octet-stream';
}

/** The name without folders and without what no name has. */
function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const plain = last.replaceAll(/\p{Cc}/gu, '').slice(-MAX_NAME);
  return plain === '' ? 'file' : plain;
}
