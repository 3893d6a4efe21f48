import { gzipSync } from 'node:zlib';
import { heicStart, noise, photograph, SVG, TEXT, withComment } from '../pictures.js';
import { asJpeg, called } from './file.js';
import type { HostileFile } from './file.js';

const MB = 2 ** 20;

/** Beginnings of files that are no pictures, or none that are opened; nonsense follows. */
const OTHER_FILES = [
  'PK\x03\x04\x14\0\0\0\x08\0',
  'PK\x05\x06',
  '%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n',
  '\x7fELF\x02\x01\x01\0',
  'MZ\x90\0\x03\0\0\0',
  'ID3\x04\0\0\0\0\0\0',
  'OggS\0\x02',
  '\x1aE\xdf\xa3\x9fB\x86\x81\x01',
  '\0\0\0\x20ftypisom\0\0\x02\0',
  'RIFF\x24\0\0\0AVI LIST',
  'Rar!\x1a\x07\x01\0',
  '7z\xbc\xaf\x27\x1c',
  'BM\x36\0\x0c\0\0\0\0\0\x36\0\0\0',
  '\0\0\x01\0\x01\0\x10\x10',
  '8BPS\0\x01',
  '\xff\x0a\xfa\x1f',
  '\0\0\0\x0cjP  \r\n\x87\n',
  'P6\n9000 9000\n255\n',
  '#?RADIANCE\n',
  'SIMPLE  =                    T',
  'SQLite format 3\0',
] as const;

const TEXTS = [
  TEXT,
  '<!doctype html><title>photo</title><script>location = "https://example.org"</script>',
  '{"photo": true}',
  '\ufeffphoto,label\n1,cat\n',
  '#!/bin/sh\nrm -rf "$HOME"\n',
  '<?php system($_GET["c"]); ?>',
] as const;

const DRAWINGS = [
  SVG,
  '<svg xmlns="http://www.w3.org/2000/svg" width="100000" height="100000"><rect width="9" height="9"/></svg>',
  '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' +
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>' +
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&d;</text></svg>',
  '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY f SYSTEM "file:///etc/passwd">]>' +
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&f;</text></svg>',
  gzipSync(SVG),
] as const;

function heic(): HostileFile[] {
  const brands = ['heic', 'heix', 'mif1', 'msf1', 'hevc'];
  const renamed = brands.map((brand) => {
    const bytes = heicStart();
    bytes.write(brand, 8, 'latin1');
    return bytes;
  });
  return asJpeg('a HEIC', 'refused', renamed);
}

/** Photos under names and types that say something else. */
async function misnamed(): Promise<HostileFile[]> {
  const names: readonly [string, string, HostileFile['outcome']][] = [
    ['photo.png', 'image/png', 'predicted'],
    ['photo.txt', 'image/jpeg', 'predicted'],
    ['photo.jpg', 'application/octet-stream', 'predicted'],
    ['photo.jpg', 'text/html', 'predicted'],
    ['photo', 'image/x-nothing', 'predicted'],
    [`${'very '.repeat(50)}long.jpg`, 'image/jpeg', 'predicted'],
    ['<b>bold</b> & \u202egpj.exe\n.jpg', 'image/jpeg', 'predicted'],
    ['../../../../etc/passwd.jpg', 'image/../../jpeg', 'predicted'],
    ['photo.exe', 'application/x-msdownload', 'refused'],
    ['photo.jpg.exe', 'application/x-msdownload', 'refused'],
    ['photo.heic', 'image/jpeg', 'refused'],
    ['photo.jpg', 'image/heic', 'refused'],
    ['photo.jpg', 'video/mp4', 'refused'],
  ];
  const photo = await photograph(6, 160, 120);
  return names.map(([fileName, mimeType, outcome], index) => {
    const bytes = withComment(photo, `name ${index}`);
    return { kind: 'a wrong name', outcome, bytes, fileName, mimeType };
  });
}

/** Files that are not as long as they say, or are longer than anybody may send. */
async function misjudged(): Promise<HostileFile[]> {
  const photo = await photograph(7, 160, 120);
  const tooLong = [20 * MB + 1, 21 * MB, 2 ** 31, 2 ** 32 + 1000].map((claims, index): HostileFile => {
    const bytes = withComment(photo, `claim ${index}`);
    return { kind: 'over 20 MB', outcome: 'refused', bytes, claims, ...called('jpg') };
  });
  const longer = [20 * MB + 1, 24 * MB].map((length): HostileFile => {
    const bytes = Buffer.concat([photo, Buffer.alloc(length - photo.length)]);
    return { kind: 'longer than it claims', outcome: 'refused', bytes, claims: 1000, ...called('jpg') };
  });
  const shorter: HostileFile = {
    kind: 'shorter than it claims',
    outcome: 'predicted',
    bytes: withComment(photo, 'shorter'),
    claims: 20 * MB,
    ...called('jpg'),
  };
  return [...tooLong, ...longer, shorter];
}

/** What is no picture at all, whatever it is called. */
export async function foreignFiles(): Promise<HostileFile[]> {
  const others = OTHER_FILES.map((start) => Buffer.concat([Buffer.from(start, 'latin1'), noise(2000)]));
  return [
    ...asJpeg('an empty file', 'refused', ['']),
    ...asJpeg('random bytes', 'refused', [7, 100, 3000, 100_000].map(noise)),
    ...asJpeg('zeroes', 'refused', [Buffer.alloc(1), Buffer.alloc(100_000), Buffer.alloc(MB, 0xff)]),
    ...asJpeg('another file', 'refused', others),
    ...asJpeg('a text', 'refused', TEXTS),
    ...asJpeg('a drawing', 'refused', DRAWINGS),
    ...heic(),
    ...(await misnamed()),
    ...(await misjudged()),
  ];
}
