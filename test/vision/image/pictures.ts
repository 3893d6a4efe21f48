import { deflateSync } from 'node:zlib';
import { crc32 } from './crc32.js';
import type { HeatmapValues } from '../../../src/vision/image/interpolation.js';
import { sharp } from '../../../src/vision/image/sharp.js';

/** Of a network whose input is the whole photo. */
export const WHOLE = { left: 0, top: 0, width: 1, height: 1 };

export function grid(rows: number[][]): HeatmapValues {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, values: Float32Array.from(rows.flat()) };
}

export const RED = [255, 0, 0];
export const GREEN = [0, 255, 0];
export const BLUE = [0, 0, 255];
export const WHITE = [255, 255, 255];

/** One colour everywhere. */
export function plain(width: number, height: number, colour: string | { r: number; g: number; b: number }) {
  return sharp({ create: { width, height, channels: 3, background: colour } });
}

/** Red, green, blue and white quarters: top left, top right, bottom left, bottom right. */
export function quarters(width: number, height: number) {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [left, right] = y < height / 2 ? [RED, GREEN] : [BLUE, WHITE];
      data.set(x < width / 2 ? left : right, (y * width + x) * 3);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

export function pixel(picture: { data: Uint8Array; width: number }, x: number, y: number): number[] {
  return [...picture.data.subarray((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3)];
}

/** The colours a tenth of the way in from each corner: top left, top right, bottom left, bottom right. */
export function corners(picture: { data: Uint8Array; width: number; height: number }): number[][] {
  const { width, height } = picture;
  const x = Math.floor(width / 10);
  const y = Math.floor(height / 10);
  return [
    pixel(picture, x, y),
    pixel(picture, width - 1 - x, y),
    pixel(picture, x, height - 1 - y),
    pixel(picture, width - 1 - x, height - 1 - y),
  ];
}

/** The cheapest and the dearest way to store a PNG: 8-bit RGB by rows, and 16-bit RGBA interlaced. */
export type PngKind = 'plain' | 'heavy';

/** A PNG whose header promises any size; its data is next to nothing. */
export function pngOfSize(width: number, height: number, kind: PngKind = 'plain'): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(kind === 'plain' ? [8, 2, 0, 0, 0] : [16, 6, 0, 0, 1], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(16))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
