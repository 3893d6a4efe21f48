import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { noise, onePixelGif, photograph, withComment } from '../pictures.js';
import { called } from './file.js';
import type { HostileFile } from './file.js';

function solid(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: 'teal' } });
}

/** Shapes that no camera makes; past 1:100 there is nothing to see. */
const SHAPES: readonly [number, number, HostileFile['outcome']][] = [
  [1, 1, 'predicted'],
  [2, 1, 'predicted'],
  [1, 100, 'predicted'],
  [1, 101, 'refused'],
  [1, 20_000, 'refused'],
  [20_000, 1, 'refused'],
  [20_000, 200, 'predicted'],
  [200, 20_000, 'predicted'],
  [6000, 5000, 'predicted'],
];

async function shapes(): Promise<HostileFile[]> {
  const pictures = SHAPES.map(async ([width, height, outcome]): Promise<HostileFile[]> => {
    const [jpeg, png] = await Promise.all([
      solid(width, height).jpeg().toBuffer(),
      solid(width, height).png().toBuffer(),
    ]);
    const common = { kind: 'an odd shape', outcome };
    return [
      { ...common, bytes: jpeg, ...called('jpg') },
      { ...common, bytes: png, ...called('png') },
    ];
  });
  return (await Promise.all(pictures)).flat();
}

/** Colours as other programs keep them. */
async function colours(): Promise<HostileFile[]> {
  const photo = await photograph(10, 160, 120);
  const clear = sharp({ create: { width: 160, height: 120, channels: 4, background: '#0000' } });
  const pictures: readonly [string, Sharp][] = [
    ['jpg', sharp(photo).toColourspace('cmyk').jpeg()],
    ['jpg', sharp(photo).greyscale().jpeg()],
    ['jpg', sharp(photo).withIccProfile('p3').jpeg()],
    ['png', sharp(photo).toColourspace('rgb16').png()],
    ['png', sharp(photo).toColourspace('grey16').png()],
    ['png', sharp(photo).png({ palette: true, colours: 2 })],
    ['png', clear.clone().png()],
    ['webp', clear.clone().webp({ lossless: true })],
    ['tiff', sharp(photo).toColourspace('cmyk').tiff()],
    ['tiff', sharp(photo).toColourspace('lab').tiff()],
    ['tiff', sharp(photo).greyscale().tiff({ bitdepth: 1 })],
    ['tiff', sharp(photo).toColourspace('rgb16').tiff({ compression: 'deflate', predictor: 'horizontal' })],
    ['tiff', sharp(photo).tiff({ pyramid: true, tile: true })],
  ];
  return Promise.all(
    pictures.map(async ([extension, image]): Promise<HostileFile> => ({
      kind: 'odd colours',
      outcome: 'predicted',
      bytes: await image.toBuffer(),
      ...called(extension),
    })),
  );
}

/** Frames by the hundred, of which the first one counts. */
async function animations(): Promise<HostileFile[]> {
  const [side, frames] = [32, 400];
  const pixels = noise(side * side * frames * 3);
  const raw = { width: side, height: side * frames, channels: 3 as const, pageHeight: side };
  const image = sharp(pixels, { raw, limitInputPixels: false });
  const [gif, webp] = await Promise.all([
    image.clone().gif({ effort: 1, delay: 10 }).toBuffer(),
    image.clone().webp({ effort: 0, quality: 10, delay: 10 }).toBuffer(),
  ]);
  const kind = 'hundreds of frames';
  return [
    { kind, outcome: 'predicted', bytes: gif, ...called('gif') },
    { kind, outcome: 'predicted', bytes: webp, ...called('webp') },
    { kind: 'an odd shape', outcome: 'predicted', bytes: onePixelGif(), ...called('gif') },
  ];
}

/** A JPEG with segments of its own after its first two bytes. */
function withSegment(jpeg: Buffer, marker: number, ...contents: readonly Uint8Array[]): Buffer {
  const segments = contents.map((content) => {
    const head = Buffer.from([0xff, marker, 0, 0]);
    head.writeUInt16BE(content.length + 2, 2);
    return Buffer.concat([head, content]);
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** Metadata that leads nowhere, in a photo that is whole. */
async function misleading(): Promise<HostileFile[]> {
  const photo = await photograph(11, 160, 120);
  const exif = (text: string): Buffer => Buffer.from(`Exif\0\0${text}`, 'latin1');
  const profile = Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1');
  const [APP1, APP2] = [0xe1, 0xe2];
  const pictures = [
    withSegment(photo, APP1, exif('')),
    withSegment(photo, APP1, exif('II*\0\xff\xff\xff\xff')),
    // A directory that says that it goes on at itself.
    withSegment(photo, APP1, exif('II*\0\x08\0\0\0\0\0\x08\0\0\0')),
    withSegment(photo, APP1, exif('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0')),
    withSegment(photo, APP1, exif('MM\0*\0\0\0\x08\xff\xff')),
    withSegment(photo, APP1, Buffer.concat([exif('II*\0'), noise(60_000)])),
    withSegment(photo, APP2, Buffer.concat([profile, noise(4000)])),
    withSegment(photo, APP2, Buffer.concat([profile, Buffer.alloc(128)])),
    withSegment(photo, APP2, Buffer.from('ICC_PROFILE\0\x05\x02', 'latin1')),
    withSegment(photo, APP1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${'<x>'.repeat(9000)}`)),
    withSegment(photo, 0xed, Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0\xff\xff\xff\xff', 'latin1')),
    withSegment(photo, 0xfe, ...Array.from({ length: 2000 }, (_, index) => Buffer.from(`comment ${index}`))),
    withSegment(photo, APP2, ...Array.from({ length: 120 }, () => Buffer.alloc(65_000, 7))),
  ];
  return pictures.map((bytes) => ({ kind: 'misleading metadata', outcome: 'either', bytes, ...called('jpg') }));
}

/** Whole photos that are something else too. */
async function polyglots(): Promise<HostileFile[]> {
  const photo = await photograph(12, 160, 120);
  const zip = Buffer.from('PK\x03\x04\x14\0\0\0\0\0PK\x05\x06', 'latin1');
  const pictures = [
    Buffer.concat([photo, zip]),
    Buffer.concat([photo, Buffer.from('<script>alert(1)</script>')]),
    Buffer.concat([photo, await photograph(13, 160, 120)]),
    Buffer.concat([photo, noise(3_000_000)]),
    withComment(photo, '<?php system($_GET["c"]); ?>'),
    withComment(photo, '*/=alert("photo");/*'),
  ];
  return pictures.map((bytes) => ({ kind: 'two files in one', outcome: 'predicted', bytes, ...called('jpg') }));
}

/** Pictures after all, such as nobody expects. */
export async function oddPictures(): Promise<HostileFile[]> {
  return (await Promise.all([shapes(), colours(), animations(), misleading(), polyglots()])).flat();
}
