import { Canvas } from './canvas.js';
import type { Random } from './random.js';
import { SIZES } from './surfaces.js';

/** A line as a hand draws it: it keeps its direction a while, then turns. */
function scribble(random: Random, canvas: Canvas): void {
  let [x, y] = [random.between(0.2, 0.8) * canvas.width, random.between(0.2, 0.8) * canvas.height];
  let direction = random.between(0, 2 * Math.PI);
  const points = random.several(random.whole(20, 90), () => {
    direction += random.between(-0.9, 0.9);
    x = Math.min(canvas.width - 5, Math.max(5, x + 16 * Math.cos(direction)));
    y = Math.min(canvas.height - 5, Math.max(5, y + 16 * Math.sin(direction)));
    return [x, y] as const;
  });
  canvas.line(points, random.colour([0, 90], [5, 50]), random.whole(2, 7));
}

function shapes(random: Random, canvas: Canvas): void {
  for (let shape = random.whole(3, 14); shape > 0; shape--) {
    const [x, y] = [random.between(0, canvas.width), random.between(0, canvas.height)];
    const size = random.between(20, 160);
    const fill = random.chance(0.6) ? random.colour() : 'none';
    const more = `stroke="${random.colour([0, 60], [5, 40])}" stroke-width="${random.whole(1, 5)}"`;
    const corners = random.several(
      random.whole(3, 6),
      () => `${x + random.between(-size, size)},${y + random.between(-size, size)}`,
    );
    canvas.shape(
      random.one([
        `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${fill}" ${more}/>`,
        `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.7}" fill="${fill}" ${more}/>`,
        `<polygon points="${corners.join(' ')}" fill="${fill}" ${more}/>`,
      ]),
    );
  }
}

/** Scribbles and shapes of nothing, on paper or on a coloured ground. */
export async function drawing(random: Random): Promise<Buffer> {
  const [width, height] = random.one(SIZES);
  const canvas = new Canvas(width, height, random.one(['white', '#fdfaf0', random.colour([10, 50], [80, 95])]));
  if (random.chance(0.5)) shapes(random, canvas);
  else for (let line = random.whole(1, 6); line > 0; line--) scribble(random, canvas);
  return canvas.png();
}
