/** What a photo may measure before it is decoded. */
export interface PhotoLimits {
  maxBytes: number;
  maxPixels: number;
}

/** 20 MB is what a bot may download from Telegram (https://core.telegram.org/bots/api#getfile). */
export const DEFAULT_PHOTO_LIMITS: PhotoLimits = { maxBytes: 20e6, maxPixels: 50e6 };
