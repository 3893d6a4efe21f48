import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { colourTable } from '../../../src/vision/image/colours.js';
import { decodeForOverlay, overlaySize, type Pixels } from '../../../src/vision/image/decode.js';
import { inputWindow } from '../../../src/vision/image/geometry.js';
import { readHeader } from '../../../src/vision/image/header.js';
import { drawLegend, writeLegend, type Legend } from '../../../src/vision/image/legend.js';
import type { PlacedMap } from '../../../src/vision/image/legend-place.js';
import { grid, plain, WHOLE } from './pictures.js';

const LEGEND: Legend = { title: 'dog 93 %', note: "relative to this picture's maximum", low: 'low', high: 'high' };
const GREY = 190;
const table = colourTable('inferno');

const NOTHING = { map: grid([[0]]), window: WHOLE };

async function legended(photo: Pixels, legend = LEGEND, heatmap: PlacedMap = NOTHING): Promise<Pixels> {
  const written = await writeLegend(legend, photo, heatmap);
  if (written !== null) drawLegend(photo, written, table);
  return photo;
}

async function drawn(
  width: number,
  height: number,
  legend: Partial<Legend> = {},
  heatmap: PlacedMap = NOTHING,
): Promise<Pixels> {
  const photo = { data: new Uint8Array(width * height * 3).fill(GREY), width, height };
  return legended(photo, { ...LEGEND, ...legend }, heatmap);
}

/** Which corner of the picture the legend stands in; undefined where it reaches past the middle row. */
async function corner(rows: number[][], { width = 800, height = 600, window = WHOLE } = {}) {
  const box = extent(await drawn(width, height, {}, { map: grid(rows), window }));
  if (box === undefined) return undefined;
  const across = box.left < width - 1 - box.right ? 'left' : 'right';
  return box.top > height / 2 ? `bottom ${across}` : box.bottom < height / 2 ? `top ${across}` : undefined;
}

/** The smallest box around all that was drawn. */
function extent({ data, width }: Pixels): { left: number; right: number; top: number; bottom: number } | undefined {
  const columns: number[] = [];
  const rows: number[] = [];
  data.forEach((value, i) => {
    if (value !== GREY) {
      columns.push(Math.floor(i / 3) % width);
      rows.push(Math.floor(i / 3 / width));
    }
  });
  return columns.length === 0
    ? undefined
    : columns.reduce(
        (box, column, i) => ({
          left: Math.min(box.left, column),
          right: Math.max(box.right, column),
          top: Math.min(box.top, rows[i] ?? 0),
          bottom: Math.max(box.bottom, rows[i] ?? 0),
        }),
        { left: width, right: 0, top: data.length, bottom: 0 },
      );
}

function same(one: Pixels, other: Pixels): boolean {
  return Buffer.compare(one.data, other.data) === 0;
}

/** How many pixels are the white of text. */
function whitePixels({ data }: Pixels): number {
  let count = 0;
  for (let i = 0; i < data.length; i += 3) {
    count += data[i] === 255 && data[i + 1] === 255 && data[i + 2] === 255 ? 1 : 0;
  }
  return count;
}

describe('drawLegend', () => {
  it.each([
    [800, 600],
    [450, 800],
    [320, 160],
    [160, 320],
  ])('stands in the bottom left of %i x %i, inside a margin, where no corner says anything', async (width, height) => {
    const box = extent(await drawn(width, height));
    expect(box).toBeDefined();
    expect(box?.left).toBeGreaterThan(0);
    expect(box?.left).toBeLessThan(20);
    expect(box?.right).toBeLessThan(width - 1);
    expect(box?.top).toBeGreaterThan(height / 2);
    expect(box?.bottom).toBeGreaterThan(height - 20);
    expect(box?.bottom).toBeLessThan(height - 1);
  });

  it.each<[string, number[][]]>([
    [
      'bottom left',
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 0],
      ],
    ],
    [
      'bottom right',
      [
        [0, 0, 0],
        [0, 0.5, 0],
        [1, 0, 0],
      ],
    ],
    [
      'top left',
      [
        [0, 0, 0],
        [0, 0, 0],
        [1, 0.7, 0.8],
      ],
    ],
    [
      'top right',
      [
        [0.9, 0, 0],
        [0.6, 0, 0],
        [1, 0.7, 0.8],
      ],
    ],
  ])('stands in the %s where that hides the least', async (expected, rows) => {
    expect(await corner(rows)).toBe(expected);
    expect(await corner(rows, { width: 450, height: 600 })).toBe(expected);
  });

  it('leaves the hottest spot free although it hides more of what is lukewarm', async () => {
    const lukewarm = [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];
    const rows = [...Array<number[]>(6).fill(lukewarm), [0, 0, 0, 0, 0.5, 0.5, 0.5]];
    expect(await corner(rows)).toBe('bottom left');
    expect(await corner([...rows.slice(0, 6), [1, 0, 0, 0, 0.5, 0.5, 0.5]])).toBe('bottom right');
  });

  it('keeps to its usual corner where another is hardly better', async () => {
    expect(await corner([[0.2], [1], [0.24]])).toBe('bottom left');
    expect(await corner([[0.2], [1], [0.6]])).toBe('top left');
  });

  it.each([96, 160, 320])('can be read on a photo of %i pixels, and hides little of it', async (width) => {
    const small = await plain(width, (width * 3) / 4, { r: GREY, g: GREY, b: GREY })
      .png()
      .toBuffer();
    const photo = await legended(await decodeForOverlay(small, overlaySize(await readHeader(small))));
    const { left, right, top, bottom } = extent(photo) ?? { left: 0, right: NaN, top: 0, bottom: NaN };
    // Three lines in letters of 13 pixels and more, and the space around them.
    expect(bottom - top).toBeGreaterThan(3 * 13 * 1.5);
    expect(((right - left) * (bottom - top)) / (photo.width * photo.height)).toBeLessThan(0.12);
  });

  it('looks at what of the map lies on the photo', async () => {
    // The network saw the middle third of a long photo: its hot corner is no corner of the photo.
    const window = inputWindow('crop', { width: 900, height: 300 }, { width: 30, height: 30 });
    expect(await corner([[0], [1]], { width: 900, height: 300, window })).toBe('bottom left');
    expect(await corner([[0], [1]], { width: 900, height: 300 })).toBe('top left');
  });

  it('moves up where it is as wide as the picture', async () => {
    const title = 'Polynesian '.repeat(40);
    const heatmap = { map: grid([[0], [1]]), window: WHOLE };
    expect(extent(await drawn(450, 800, { title }, heatmap))?.bottom).toBeLessThan(400);
  });

  it.each([
    [800, 159],
    [100, 100],
  ])('leaves a picture of %i x %i alone', async (width, height) => {
    expect(extent(await drawn(width, height))).toBeUndefined();
  });

  it('writes the title and shows the colours from low to high', async () => {
    const photo = await drawn(800, 600);
    expect(whitePixels(photo)).toBeGreaterThan(100);
    const colours = new Set<string>();
    for (let i = 0; i < photo.data.length; i += 3) {
      colours.add(photo.data.subarray(i, i + 3).join());
    }
    for (const level of [0, 128, 255]) {
      expect(colours).toContain(table.subarray(level * 3, level * 3 + 3).join());
    }
  });

  it('takes markup in a label as text', async () => {
    const plain = await drawn(800, 600, { title: 'b' });
    const marked = await drawn(800, 600, { title: '<b>&' });
    expect(whitePixels(marked)).toBeGreaterThan(whitePixels(plain) * 2);
    await expect(
      drawn(800, 600, { title: '</span> <b> &amp &#0;', note: '<', low: '&', high: '>' }),
    ).resolves.toBeDefined();
  });

  it('shortens a long label but keeps its figure', async () => {
    const name = 'Polynesian '.repeat(40);
    const [high, low] = [
      await drawn(400, 300, { title: `${name}93 %` }),
      await drawn(400, 300, { title: `${name}11 %` }),
    ];
    expect(extent(high)?.right).toBeLessThan(400 - 1);
    expect(same(high, low)).toBe(false);
  });

  it('shortens no label that the picture has room for', async () => {
    const name = 'Polynesian '.repeat(3);
    expect(same(await drawn(800, 600, { title: name }), await drawn(800, 600, { title: `${name}x` }))).toBe(false);
  });

  it('shortens a long label without a figure at its end', async () => {
    const name = 'Polynesian '.repeat(40);
    expect(same(await drawn(400, 300, { title: name }), await drawn(400, 300, { title: `${name}x` }))).toBe(true);
  });

  it('draws Indonesian, Greek, Cyrillic, and whatever else a label holds', async () => {
    for (const title of ['kucing', 'σκύλος', 'собака', 'ÅÉŻ', '貓 🐱', 'كلب', 'a\nb\u0000\tc', '\ud800']) {
      expect(whitePixels(await drawn(600, 600, { title })), title).toBeGreaterThan(0);
    }
  });

  it('copes with empty words', async () => {
    await expect(drawn(600, 600, { title: '', note: ' ', low: '', high: '\n' })).resolves.toBeDefined();
  });

  it('draws the same from its memory as the first time', async () => {
    const title = 'remembered 1 %';
    expect(same(await drawn(500, 400, { title }), await drawn(500, 400, { title }))).toBe(true);
  });

  it('makes no noise on a machine without fonts or environment', () => {
    const font = fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
    const script = `
      import sharp from ${JSON.stringify(import.meta.resolve('sharp'))};
      await sharp({ text: { text: 'dog', font: 'DejaVu Sans 20', fontfile: ${JSON.stringify(font)} } }).raw().toBuffer();
    `;
    // What the text module has set for this process is all that the child gets.
    const env = { FONTCONFIG_FILE: process.env['FONTCONFIG_FILE'] };
    const shell = ['-c', '"$0" --input-type=module -e "$1" 2>&1', process.execPath, script];
    expect(execFileSync('/bin/sh', shell, { env }).toString()).toBe('');
  });
});
