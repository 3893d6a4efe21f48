import { Canvas } from './canvas.js';
import type { Random } from './random.js';
import { sentence, word } from './words.js';

interface Plot {
  readonly canvas: Canvas;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function plot(random: Random): Plot {
  const [width, height] = random.one([
    [640, 480],
    [720, 405],
    [600, 600],
  ] as const);
  const canvas = new Canvas(width, height, random.one(['white', '#fafafa', '#f4f1ea', '#1e1e24']));
  canvas.text(sentence(random, random.whole(2, 4)), 40, 34, 22, { weight: 'bold', colour: [90, 90, 90] });
  return { canvas, left: 60, top: 60, width: width - 90, height: height - 120 };
}

function axes({ canvas, left, top, width, height }: Plot, random: Random): void {
  const ticks = random.whole(3, 6);
  for (let tick = 0; tick <= ticks; tick++) {
    const y = top + height - (height * tick) / ticks;
    canvas.line(
      [
        [left, y],
        [left + width, y],
      ],
      '#9995',
      1,
    );
    canvas.text(`${tick * random.one([5, 10, 20])}`, left - 40, y + 5, 13, { colour: [120, 120, 120] });
  }
  canvas.line(
    [
      [left, top],
      [left, top + height],
      [left + width, top + height],
    ],
    '#777',
    2,
  );
}

function bars(area: Plot, random: Random): void {
  const { canvas, left, top, width, height } = area;
  const count = random.whole(4, 12);
  const colours = random.several(random.whole(1, 3), () => random.colour([40, 80], [40, 65]));
  for (let bar = 0; bar < count; bar++) {
    const tall = height * random.between(0.1, 0.95);
    const step = width / count;
    canvas.rectangle(left + step * (bar + 0.15), top + height - tall, step * 0.7, tall, random.one(colours));
    canvas.text(word(random), left + step * bar + 4, top + height + 20, 12, { colour: [120, 120, 120] });
  }
}

function curves(area: Plot, random: Random): void {
  const { canvas, left, top, width, height } = area;
  for (let curve = random.whole(1, 4); curve > 0; curve--) {
    let y = random.between(0.2, 0.8);
    const points = random.several(30, (index) => {
      y = Math.min(0.97, Math.max(0.03, y + random.between(-0.1, 0.1)));
      return [left + (width * index) / 29, top + height * y] as const;
    });
    canvas.line(points, random.colour([50, 90], [35, 60]), random.whole(2, 4));
  }
}

function dots(area: Plot, random: Random): void {
  const { canvas, left, top, width, height } = area;
  const colour = random.colour([50, 90], [35, 60]);
  for (let dot = 0; dot < 120; dot++) {
    const x = random.between(0, 1);
    const y = Math.min(1, Math.max(0, 1 - x + random.between(-0.3, 0.3)));
    canvas.shape(`<circle cx="${left + width * x}" cy="${top + height * y}" r="4" fill="${colour}" opacity="0.7"/>`);
  }
}

function pie({ canvas, left, top, width, height }: Plot, random: Random): void {
  const [x, y, radius] = [left + width / 2, top + height / 2, Math.min(width, height) / 2];
  const shares = random.several(random.whole(3, 7), () => random.between(0.5, 2));
  const total = shares.reduce((sum, share) => sum + share, 0);
  let angle = 0;
  for (const share of shares) {
    const end = angle + (share / total) * 2 * Math.PI;
    const [from, to] = [angle, end].map((at) => `${x + radius * Math.cos(at)} ${y + radius * Math.sin(at)}`);
    const large = end - angle > Math.PI ? 1 : 0;
    canvas.shape(
      `<path d="M ${x} ${y} L ${from ?? ''} A ${radius} ${radius} 0 ${large} 1 ${to ?? ''} Z" fill="${random.colour([40, 80], [45, 70])}"/>`,
    );
    angle = end;
  }
}

/** A chart as reports have them: bars, curves, points or a pie, with axes and a title. */
export async function chart(random: Random): Promise<Buffer> {
  const area = plot(random);
  const kind = random.one(['bars', 'curves', 'dots', 'pie'] as const);
  if (kind !== 'pie') axes(area, random);
  ({ bars, curves, dots, pie })[kind](area, random);
  return area.canvas.png();
}
