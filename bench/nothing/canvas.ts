import { sharp } from '#sorot/vision/image/sharp.js';
import { textMask } from '#sorot/vision/image/text.js';

// In this process only: where people's pictures are decoded, drawings stay closed.
sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });

interface Line {
  readonly text: string;
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly size: number;
  readonly colour: readonly [number, number, number];
  readonly weight: 'regular' | 'bold';
}

/** A picture drawn from shapes, as SVG, and lines of text in the project's own font, the same on every machine. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #shapes: string[] = [];
  readonly #lines: Line[] = [];

  constructor(width: number, height: number, background: string) {
    this.width = width;
    this.height = height;
    this.rectangle(0, 0, width, height, background);
  }

  /** @param more further SVG attributes */
  rectangle(x: number, y: number, width: number, height: number, fill: string, more = ''): void {
    this.shape(`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`);
  }

  line(points: readonly (readonly [number, number])[], stroke: string, width: number): void {
    const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
    this.shape(
      `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`,
    );
  }

  shape(svg: string): void {
    this.#shapes.push(svg);
  }

  text(text: string, x: number, y: number, size: number, more: Partial<Pick<Line, 'colour' | 'weight'>> = {}): void {
    this.#lines.push({ text, x, y, size, colour: more.colour ?? [40, 40, 40], weight: more.weight ?? 'regular' });
  }

  async png(): Promise<Buffer> {
    const { width, height } = this;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${this.#shapes.join('')}</svg>`;
    const texts = [];
    for (const { text, x, y, size, colour, weight } of this.#lines) {
      const room = Math.floor(width - x);
      if (room < size) continue;
      const mask = await textMask(text, { weight, size, overflow: 'shorten' }, room);
      const top = Math.round(y - mask.baseline);
      if (mask.width === 0 || top < 0 || top + mask.height > height) continue;
      const pixels = Buffer.alloc(mask.width * mask.height * 4);
      for (const [at, alpha] of mask.coverage.entries()) pixels.set([...colour, alpha], at * 4);
      const raw = { width: mask.width, height: mask.height, channels: 4 } as const;
      texts.push({ input: pixels, raw, left: Math.round(x), top });
    }
    return sharp(Buffer.from(svg)).composite(texts).png().toBuffer();
  }
}
