import type { Locator } from 'playwright-core';

export interface Contrast {
  /** Of the text with what lies behind it, as WCAG 2 defines it: 1 to 21. */
  readonly ratio: number;
  /** The luminance of what lies behind it: 0 is black, 1 is white. */
  readonly behind: number;
}

interface Node {
  readonly parentElement: Node | null;
}

interface Style {
  readonly color: string;
  readonly backgroundColor: string;
}

interface Canvas {
  fillStyle: string;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
}

interface Surroundings {
  readonly getComputedStyle: (node: Node) => Style;
  readonly OffscreenCanvas: new (width: number, height: number) => { getContext(kind: '2d'): Canvas };
}

/** How readable a text is where it stands, for plain backgrounds. */
export function contrastOf(text: Locator): Promise<Contrast> {
  return text.evaluate((node: Node): Contrast => {
    const { getComputedStyle, OffscreenCanvas } = globalThis as unknown as Surroundings;
    const canvas = new OffscreenCanvas(1, 1).getContext('2d');
    // Drawn, since the browser writes colours in many ways.
    const channels = (colour: string): number[] => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].map((value) => value / 255);
    };
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = channels(colour).map((value) =>
        value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    let holder: Node | null = node;
    while (holder !== null && (channels(getComputedStyle(holder).backgroundColor)[3] ?? 0) < 1) {
      holder = holder.parentElement;
    }
    const behind = luminance(holder === null ? 'white' : getComputedStyle(holder).backgroundColor);
    const front = luminance(getComputedStyle(node).color);
    return { ratio: (Math.max(behind, front) + 0.05) / (Math.min(behind, front) + 0.05), behind };
  });
}
