import { expect, test } from 'vitest';
import {
  costlyFormatRefusal,
  damagedRefusal,
  formatRefusal,
  heicRefusal,
  measurementRefusal,
  rawRefusal,
  tooManyBytesRefusal,
  tooManyPixelsRefusal,
} from '../../../src/vision/image/refusal.js';
import { TEXT } from '../../support/pictures.js';

const JPEG = 'Convert it to JPEG.';
const SMALLER = 'Make it smaller, or save it as an ordinary JPEG.';
const FORMATS = 'Photos are JPEG, PNG, WebP, AVIF, GIF or TIFF files.';

test.each([
  [heicRefusal(), 'HEIC', JPEG],
  [rawRefusal(), "camera's raw file", JPEG],
  [measurementRefusal(), 'numbers', JPEG],
  [formatRefusal(Buffer.of(0), { ext: 'jp2', mime: 'image/jp2' }), 'JP2', JPEG],
  [damagedRefusal(), 'damaged', 'Copy or save it again.'],
  [tooManyPixelsRefusal(20_000, 14_000, 50e6), '20,000 x 14,000 pixels', SMALLER],
  [costlyFormatRefusal(7000, 7000), '7,000 x 7,000 pixels', SMALLER],
  [tooManyBytesRefusal(21e6, 20e6), '21 MB', SMALLER],
  [formatRefusal(TEXT, undefined), 'text file', FORMATS],
  [formatRefusal(Buffer.of(0), undefined), 'no picture', FORMATS],
  [formatRefusal(Buffer.of(0), { ext: 'mp4', mime: 'video/mp4' }), 'video (MP4)', FORMATS],
  [formatRefusal(Buffer.of(0), { ext: 'zip', mime: 'application/zip' }), 'ZIP file', FORMATS],
])('a picture is refused with what is to be done with it, whoever asks: %s', ({ message: text }, what, wayOut) => {
  expect(text).toContain(what);
  expect(text.endsWith(`. ${wayOut}`)).toBe(true);
  expect(text).not.toMatch(/\b(?:send|sent|Telegram|reply|please|I)\b/i);
});
