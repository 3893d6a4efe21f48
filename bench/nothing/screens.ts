import { Canvas } from './canvas.js';
import type { Random } from './random.js';
import { sentence, word } from './words.js';

interface Theme {
  readonly ground: string;
  readonly panel: string;
  readonly ink: readonly [number, number, number];
  readonly accent: string;
}

function theme(random: Random): Theme {
  const accent = random.colour([50, 90], [40, 60]);
  return random.chance(0.6)
    ? { ground: 'white', panel: '#eef0f3', ink: [45, 45, 50], accent }
    : { ground: '#17181c', panel: '#24262c', ink: [215, 215, 220], accent };
}

/** Text as an editor or a document shows it. */
function page(random: Random): Canvas {
  const { ground, panel, ink, accent } = theme(random);
  const canvas = new Canvas(640, 480, ground);
  canvas.rectangle(0, 0, 640, 36, panel);
  canvas.rectangle(0, 36, random.whole(0, 1) * 140, 444, panel);
  canvas.text(word(random), 16, 24, 15, { colour: ink, weight: 'bold' });
  for (let y = 66; y < 460; y += 21) {
    if (random.chance(0.14)) continue;
    canvas.text(sentence(random, random.whole(2, 10)), 160 + random.one([0, 0, 24, 48]), y, 14, { colour: ink });
  }
  canvas.rectangle(560, 8, 60, 20, accent, 'rx="4"');
  return canvas;
}

/** Bubbles left and right, as on a phone. */
function talk(random: Random): Canvas {
  const { ground, panel, ink, accent } = theme(random);
  const canvas = new Canvas(405, 720, ground);
  canvas.rectangle(0, 0, 405, 56, panel);
  canvas.text(sentence(random, 2), 60, 36, 18, { colour: ink, weight: 'bold' });
  for (let y = 80; y < 640; y += 66) {
    const own = random.chance(0.5);
    const width = random.whole(120, 270);
    canvas.rectangle(own ? 390 - width : 14, y, width, 50, own ? accent : panel, 'rx="16"');
    canvas.text(sentence(random, random.whole(1, 4)), own ? 402 - width : 28, y + 30, 14, { colour: ink });
  }
  return canvas;
}

/** Rows and columns of figures. */
function sheet(random: Random): Canvas {
  const { ground, panel, ink } = theme(random);
  const canvas = new Canvas(720, 405, ground);
  canvas.rectangle(0, 0, 720, 28, panel);
  const wide = random.whole(70, 120);
  for (let x = 0; x < 720; x += wide) {
    canvas.line(
      [
        [x, 0],
        [x, 405],
      ],
      '#8886',
      1,
    );
    canvas.text(word(random), x + 8, 20, 13, { colour: ink, weight: 'bold' });
    for (let y = 50; y < 400; y += 24) canvas.text(`${random.whole(0, 9999)}`, x + 8, y, 13, { colour: ink });
  }
  for (let y = 28; y < 405; y += 24)
    canvas.line(
      [
        [0, y],
        [720, y],
      ],
      '#8886',
      1,
    );
  return canvas;
}

/** Switches and rows, as settings have them. */
function settings(random: Random): Canvas {
  const { ground, panel, ink, accent } = theme(random);
  const canvas = new Canvas(405, 720, panel);
  canvas.text(sentence(random, 1), 24, 60, 26, { colour: ink, weight: 'bold' });
  for (let y = 90; y < 660; y += 72) {
    canvas.rectangle(14, y, 377, 60, ground, 'rx="12"');
    canvas.text(sentence(random, 2), 64, y + 28, 15, { colour: ink });
    canvas.text(sentence(random, 3), 64, y + 47, 11, { colour: [140, 140, 145] });
    const on = random.chance(0.5);
    canvas.rectangle(330, y + 18, 44, 24, on ? accent : '#999', 'rx="12"');
    canvas.shape(`<circle cx="${on ? 362 : 342}" cy="${y + 30}" r="10" fill="white"/>`);
    canvas.shape(`<circle cx="38" cy="${y + 30}" r="12" fill="${random.colour()}"/>`);
  }
  return canvas;
}

/** What a screen shows: a document, a conversation, a table, a page of settings. */
export async function screenshot(random: Random): Promise<Buffer> {
  return random.one([page, talk, sheet, settings])(random).png();
}
