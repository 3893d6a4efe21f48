import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { endlessPng, noise, photograph, pngBomb, pngChunk } from '../pictures.js';
import { called } from './file.js';
import type { HostileFile } from './file.js';

/** Sizes of a header that no picture behind it has: more pixels than are decoded. */
const SIDES = [
  [50_000, 50_000],
  [65_500, 65_500],
  [60_000, 1000],
  [9000, 7000],
] as const;

function place(bytes: Uint8Array, marker: string): number {
  const at = Buffer.from(bytes).indexOf(marker, 0, 'latin1');
  if (at < 0) throw new Error(`There is no ${JSON.stringify(marker)}.`);
  return at;
}

/** Small pictures whose headers claim a size. */
async function claiming(width: number, height: number): Promise<HostileFile[]> {
  const image = sharp(await photograph(8, 64, 48));
  const [jpeg, gif, avif, tiff] = await Promise.all([
    image.clone().jpeg().toBuffer(),
    image.clone().gif().toBuffer(),
    image.clone().avif().toBuffer(),
    image.clone().tiff().toBuffer(),
  ]);
  const frame = place(jpeg, '\xff\xc0') + 5;
  jpeg.writeUInt16BE(height, frame);
  jpeg.writeUInt16BE(width, frame + 2);
  gif.writeUInt16LE(width, 6);
  gif.writeUInt16LE(height, 8);
  const spatial = place(avif, 'ispe') + 8;
  avif.writeUInt32BE(width, spatial);
  avif.writeUInt32BE(height, spatial + 4);
  writeTiffSize(tiff, width, height);
  const kind = 'a header that claims a size';
  return [
    { kind, outcome: 'refused', bytes: jpeg, ...called('jpg') },
    // The frame within is as small as it was, and a decoder may go by that.
    { kind, outcome: 'either', bytes: gif, ...called('gif') },
    { kind, outcome: 'refused', bytes: avif, ...called('avif') },
    { kind, outcome: 'refused', bytes: tiff, ...called('tiff') },
  ];
}

/** Tags 256 and 257, as numbers of 32 bits. */
function writeTiffSize(tiff: Buffer, width: number, height: number): void {
  const directory = tiff.readUInt32LE(4);
  const entries = tiff.readUInt16LE(directory);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    const tag = tiff.readUInt16LE(entry);
    if (tag !== 256 && tag !== 257) continue;
    tiff.writeUInt16LE(4, entry + 2);
    tiff.writeUInt32LE(tag === 256 ? width : height, entry + 8);
  }
}

/** Metadata of 64 MB in a few kilobytes each, and one chunk that claims to be all there is. */
async function swollenMetadata(): Promise<HostileFile[]> {
  const png = await sharp(await photograph(9, 64, 48))
    .png()
    .toBuffer();
  const packed = deflateSync(Buffer.alloc(64 * 2 ** 20));
  const chunks = [
    ['zTXt', 'Comment\0\0'],
    ['iTXt', 'XML:com.adobe.xmp\0\x01\0\0\0'],
    ['iCCP', 'icc\0\0'],
  ].map(([type = '', start = '']) => pngChunk(type, Buffer.concat([Buffer.from(start, 'latin1'), packed])));
  const endless = pngChunk('tEXt', noise(100));
  endless.writeUInt32BE(2 ** 31 - 1, 0);
  const afterHeader = place(png, 'IHDR') + 13 + 8;
  return [...chunks, Buffer.concat(chunks), endless].map((extra) => ({
    kind: 'swollen metadata',
    outcome: 'either',
    bytes: Buffer.concat([png.subarray(0, afterHeader), extra, png.subarray(afterHeader)]),
    ...called('png'),
  }));
}

/** A scan that refines next to nothing, over and over: minutes of work in a hundred kilobytes. */
async function endlessScans(): Promise<HostileFile> {
  const jpeg = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'teal' } })
    .jpeg({ progressive: true })
    .toBuffer();
  const last = jpeg.subarray(jpeg.lastIndexOf('\xff\xda', undefined, 'latin1'), -2);
  const scans = Array.from({ length: 1000 }, () => last);
  const bytes = Buffer.concat([jpeg.subarray(0, -2), ...scans, jpeg.subarray(-2)]);
  return { kind: 'endless scans', outcome: 'refused', bytes, ...called('jpg') };
}

/** Few bytes that would become a great many, or say so. */
export async function bombs(): Promise<HostileFile[]> {
  const claims = await Promise.all(SIDES.map(([width, height]) => claiming(width, height)));
  const pngs = [endlessPng(), pngBomb()].map((bytes): HostileFile => ({
    kind: 'a PNG bomb',
    outcome: 'refused',
    bytes,
    ...called('png'),
  }));
  return [...pngs, ...claims.flat(), ...(await swollenMetadata()), await endlessScans()];
}
