import type { ExternalReplyInfo, Message, PhotoSize } from 'telegraf/types';

/** What is seen only by the small picture that Telegram has made of it. */
export type Previewed = 'video' | 'heic';

/** A photo as Telegram knows it. */
export interface PhotoRef {
  readonly fileId: string;
  /** The same for the same file, whoever sends it. */
  readonly uniqueId: string;
  readonly kind: 'photo' | 'document' | 'sticker' | 'animation' | 'video';
  /** Of what this is Telegram's preview, where it is not the picture itself: said wherever it is predicted. */
  readonly previewOf?: Previewed;
  /** As far as Telegram says; pixels of the file that is fetched. */
  readonly width: number | null;
  readonly height: number | null;
  readonly bytes: number | null;
  /** The largest that Telegram has of it, such as `1280x720`: for the log. */
  readonly original: string | null;
  /** Hidden until whoever sees it taps on it; its heatmaps are so too. */
  readonly covered: boolean;
}

/** What a message holds for someone who looks at pictures. */
export type Found =
  | { readonly kind: 'photo'; readonly photo: PhotoRef }
  | { readonly kind: 'not-a-picture'; readonly what: 'heic' | 'video' | 'animated-sticker' | 'file' }
  | { readonly kind: 'nothing' };

/** The heatmap's longer side: a photo is fetched in the smallest size that still has it. */
const WANTED_SIDE = 800;

const PICTURE_NAME = /\.(jpe?g|png|webp|avif|tiff?|gif)$/i;
const HEIC = /^image\/hei[cf]/i;
const HEIC_NAME = /\.hei[cf]$/i;

const NOTHING: Found = { kind: 'nothing' };

function longerSide({ width, height }: PhotoSize): number {
  return Math.max(width, height);
}

function photoOf(sizes: readonly PhotoSize[]): Found {
  const ascending = [...sizes].sort((a, b) => longerSide(a) - longerSide(b));
  const largest = ascending.at(-1);
  if (largest === undefined) return NOTHING;
  return photo('photo', ascending.find((size) => longerSide(size) >= WANTED_SIDE) ?? largest, largest);
}

/** A video, an animation, or a file, of which Telegram may have made a preview; of a video it is one frame. */
interface Previewable extends TelegramFile {
  readonly mime_type?: string;
  readonly thumbnail?: PhotoSize;
}

interface TelegramFile {
  readonly file_id: string;
  readonly file_unique_id: string;
  readonly file_size?: number;
  readonly width?: number;
  readonly height?: number;
}

function written({ width, height }: TelegramFile): string | null {
  return width === undefined || height === undefined ? null : `${width}x${height}`;
}

function photo(kind: PhotoRef['kind'], file: TelegramFile, original = file): Found {
  const { file_id: fileId, file_unique_id: uniqueId, width = null, height = null, file_size: bytes = null } = file;
  const size = { width, height, bytes, original: written(original) };
  return { kind: 'photo', photo: { fileId, uniqueId, kind, ...size, covered: false } };
}

function previewOf(what: Previewed, kind: PhotoRef['kind'], file: Previewable): Found {
  if (file.thumbnail === undefined) return { kind: 'not-a-picture', what };
  const found = photo(kind, file.thumbnail, file);
  return found.kind === 'photo' ? { ...found, photo: { ...found.photo, previewOf: what } } : found;
}

function documentPhoto(document: Previewable & { file_name?: string }): Found {
  const { mime_type: type = '', file_name: name = '' } = document;
  if (HEIC.test(type) || HEIC_NAME.test(name)) return previewOf('heic', 'document', document);
  if (type.startsWith('video/')) return previewOf('video', 'video', document);
  // What a file says of itself may be wrong either way; the engine looks at its bytes.
  if (type.startsWith('image/') || PICTURE_NAME.test(name)) return photo('document', document);
  return { kind: 'not-a-picture', what: 'file' };
}

/** Telegram turns a GIF into a silent video, few it leaves. */
function animationPhoto(animation: Previewable): Found {
  if (animation.mime_type === 'image/gif') return photo('animation', animation);
  return previewOf('video', 'animation', animation);
}

/** Bot API 10.1, which the types do not know yet: a still picture in the usual sizes, and the moment around it. */
interface LivePhotoMessage {
  readonly live_photo?: { readonly photo?: readonly PhotoSize[] };
}

/** The picture in a message, or in one that was replied to from another chat. */
export function photoIn(message: (Message | ExternalReplyInfo) & LivePhotoMessage): Found {
  const found = pictureIn(message);
  if (found.kind !== 'photo') return found;
  return { kind: 'photo', photo: { ...found.photo, covered: 'has_media_spoiler' in message } };
}

function pictureIn(message: (Message | ExternalReplyInfo) & LivePhotoMessage): Found {
  if ('photo' in message) return photoOf(message.photo);
  if (message.live_photo?.photo !== undefined) return photoOf(message.live_photo.photo);
  // An animation has its file in `document` too, for programs that do not know animations.
  if ('animation' in message) return animationPhoto(message.animation);
  if ('document' in message) return documentPhoto(message.document);
  if ('sticker' in message) {
    const { sticker } = message;
    const moves = sticker.is_animated || sticker.is_video;
    return moves ? { kind: 'not-a-picture', what: 'animated-sticker' } : photo('sticker', sticker);
  }
  if ('video' in message) return previewOf('video', 'video', message.video);
  if ('video_note' in message) return previewOf('video', 'video', message.video_note);
  return NOTHING;
}
