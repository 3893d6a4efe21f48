import type { Message } from 'telegraf/types';
import { describe, expect, it } from 'vitest';
import { photoIn } from '../../src/bot/photo-in-message.js';

const base = { message_id: 1, date: 1, chat: { id: 1, type: 'private', first_name: 'Ayu' } };

function message(content: object): Message {
  return { ...base, ...content } as unknown as Message;
}

function file(name: string, more: object = {}) {
  return { file_id: name, file_unique_id: `unique ${name}`, file_size: 1000, ...more };
}

function size(width: number, height: number) {
  return file(`${width}x${height}`, { width, height });
}

describe('a photo is fetched', () => {
  it.each([
    [
      'in the smallest size that has the heatmap’s',
      [
        [90, 67],
        [320, 240],
        [800, 600],
        [1280, 960],
      ],
      '800x600',
    ],
    [
      'in the smallest above it',
      [
        [90, 67],
        [320, 240],
        [1280, 960],
        [2560, 1920],
      ],
      '1280x960',
    ],
    [
      'by its longer side, where it is upright',
      [
        [67, 90],
        [240, 320],
        [600, 800],
        [960, 1280],
      ],
      '600x800',
    ],
    [
      'in its largest size, where all are smaller',
      [
        [90, 67],
        [320, 240],
      ],
      '320x240',
    ],
    [
      'whatever the order',
      [
        [1280, 960],
        [90, 67],
        [800, 600],
      ],
      '800x600',
    ],
  ])('%s', (_, sizes, fetched) => {
    const found = photoIn(message({ photo: sizes.map(([width = 0, height = 0]) => size(width, height)) }));
    expect(found).toMatchObject({ kind: 'photo', photo: { kind: 'photo', fileId: fetched } });
  });

  it('and known by the largest size there is', () => {
    const found = photoIn(message({ photo: [size(90, 67), size(800, 600), size(1280, 960)] }));
    expect(found).toMatchObject({ photo: { width: 800, height: 600, original: '1280x960', bytes: 1000 } });
  });
});

describe('a file', () => {
  it.each([
    [{ mime_type: 'image/png', file_name: 'a.png' }],
    [{ mime_type: 'image/avif' }],
    [{ mime_type: 'application/octet-stream', file_name: 'A.JPG' }],
    [{ file_name: 'scan.tiff' }],
    // Said to be a picture, it is for the engine to look at.
    [{ mime_type: 'image/svg+xml', file_name: 'a.svg' }],
  ])('that says %o is taken', (said) => {
    expect(photoIn(message({ document: file('f', said) }))).toMatchObject({ photo: { kind: 'document', fileId: 'f' } });
  });

  it.each([
    [{ mime_type: 'image/heic', file_name: 'IMG_1.HEIC' }, 'heic'],
    [{ mime_type: 'application/octet-stream', file_name: 'IMG_1.heif' }, 'heic'],
    [{ mime_type: 'video/mp4', file_name: 'a.mp4' }, 'video'],
    [{ mime_type: 'application/pdf', file_name: 'a.pdf' }, 'file'],
    [{}, 'file'],
  ])('that says %o is not', (said, what) => {
    expect(photoIn(message({ document: file('f', said) }))).toEqual({ kind: 'not-a-picture', what });
  });
});

describe('other content', () => {
  it('a GIF that Telegram made a video of is taken by its preview, one that it left by itself', () => {
    const document = file('video', { mime_type: 'video/mp4' });
    const thumbnail = size(320, 200);
    expect(
      photoIn(message({ document, animation: file('video', { mime_type: 'video/mp4', thumbnail }) })),
    ).toMatchObject({ photo: { kind: 'animation', fileId: '320x200', previewOf: 'video' } });
    expect(photoIn(message({ document, animation: file('gif', { mime_type: 'image/gif' }) }))).toMatchObject({
      photo: { kind: 'animation', fileId: 'gif' },
    });
    expect(photoIn(message({ animation: file('video', { mime_type: 'video/mp4' }) }))).toEqual({
      kind: 'not-a-picture',
      what: 'video',
    });
  });

  it.each([
    [
      { is_animated: false, is_video: false },
      { kind: 'photo', photo: { kind: 'sticker' } },
    ],
    [
      { is_animated: true, is_video: false },
      { kind: 'not-a-picture', what: 'animated-sticker' },
    ],
    [
      { is_animated: false, is_video: true },
      { kind: 'not-a-picture', what: 'animated-sticker' },
    ],
  ])('a sticker with %o', (moves, found) => {
    expect(photoIn(message({ sticker: file('s', { width: 512, height: 512, ...moves }) }))).toMatchObject(found);
  });

  it.each(['video', 'video_note'])('a %s is taken by its preview frame, where it has one', (kind) => {
    const found = photoIn(message({ [kind]: file('v', { width: 1280, height: 720, thumbnail: size(320, 180) }) }));
    const frame = {
      kind: 'video',
      fileId: '320x180',
      width: 320,
      height: 180,
      previewOf: 'video',
      original: '1280x720',
    };
    expect(found).toMatchObject({ kind: 'photo', photo: frame });
    expect(photoIn(message({ [kind]: file('v') }))).toEqual({ kind: 'not-a-picture', what: 'video' });
  });

  it.each([
    [
      { mime_type: 'image/heic', file_name: 'IMG_1.HEIC' },
      { kind: 'document', previewOf: 'heic' },
    ],
    [{ file_name: 'IMG_1.heif' }, { kind: 'document', previewOf: 'heic' }],
    [
      { mime_type: 'video/quicktime', file_name: 'a.mov' },
      { kind: 'video', previewOf: 'video' },
    ],
  ])('a file that says %o is taken by its preview', (said, expected) => {
    const document = file('f', { ...said, thumbnail: size(320, 240) });
    expect(photoIn(message({ document }))).toMatchObject({ photo: { ...expected, fileId: '320x240' } });
  });

  it('a live photo is taken like a photo, also where nothing else is said of it', () => {
    const sizes = [size(320, 240), size(1280, 960)];
    for (const content of [
      { photo: sizes, live_photo: file('l', { photo: sizes }) },
      { live_photo: file('l', { photo: sizes }) },
    ]) {
      const found = photoIn(message(content));
      expect(found).toMatchObject({ photo: { kind: 'photo', fileId: '1280x960' } });
      expect(found).not.toHaveProperty('photo.previewOf');
    }
  });

  it('is what it shows itself, where it is no preview', () => {
    for (const content of [{ photo: [size(9, 9)] }, { animation: file('gif', { mime_type: 'image/gif' }) }]) {
      expect(photoIn(message(content))).not.toHaveProperty('photo.previewOf');
    }
  });

  it.each([{ text: 'dog' }, { location: {} }, { voice: file('v') }, { photo: [] }])('%o holds nothing', (content) => {
    expect(photoIn(message(content))).toEqual({ kind: 'nothing' });
  });
});
