/**
 * What people may send. A megabyte is 2^20 bytes, here and wherever this program says "MB" of a file: Telegram means the same
 * by its "20 MB" (`MAX_DOWNLOAD_FILE_SIZE = 20 << 20` of github.com/tdlib/telegram-bot-api).
 */

/** A file in megabytes: what a bot may fetch (https://core.telegram.org/bots/api#getfile). */
export const MAX_FILE_MB = 20;
export const MAX_FILE_BYTES = MAX_FILE_MB * 2 ** 20;

/** What a photo may measure before it is decoded. */
export interface PhotoLimits {
  readonly maxBytes: number;
  /** Width x height of one frame. */
  readonly maxPixels: number;
}

export const PHOTO_LIMITS: PhotoLimits = { maxBytes: MAX_FILE_BYTES, maxPixels: 50e6 };

/** Photos in an album: Telegram's own bound. */
export const MAX_ALBUM = 10;

/** Characters that Telegram takes under a picture (https://core.telegram.org/bots/api#sendphoto). */
export const MAX_CAPTION = 1024;

/** The longest argument of a command that is looked at, in characters: no label is longer. */
export const MAX_ARGUMENT = 200;

/** Bytes of one update; Telegram's are some kilobytes. */
export const MAX_UPDATE_BYTES = 2 ** 20;

/** Vision processes of one bot: where more are wanted, more than one bot's main process can serve is wanted. */
export const MOST_ENGINES = 4;
