import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../../src/languages.js';
import { REASONS } from '../../../src/analysis/reasons.js';
import { catalogueOf } from '../../../src/bot/messages/index.js';
import { everythingSaid, type Place, type Said, type Subject } from './said.js';
import { readHtml } from './telegram-html.js';

const LIMITS: Record<Place, number> = {
  message: 4096,
  caption: 1024,
  button: 64,
  callback: 200,
  command: 256,
  description: 512,
  short: 120,
  drawn: 120,
};

const EVERYDAY: Subject = {
  label: 'dog',
  labels: ['dog', 'wolf', 'fox'],
  probabilities: [0.931, 0.048, 0.0002],
  model: 'everyday-10',
  bot: 'sorot_bot',
  query: 'dgo',
  number: 12,
  albumLength: 6,
};

const absurd = (text: string): Subject => ({
  label: text,
  labels: Array.from({ length: 1000 }, (_, index) => `${text} ${index}`),
  probabilities: [0.99999, 0.00001, 0],
  model: text,
  bot: `${text}_bot`,
  query: text.repeat(20),
  number: 123_456_789,
  albumLength: 1000,
});

const ABSURD: Readonly<Record<string, Subject>> = {
  'markup of 200 characters': absurd('<b>&amp;</i>'.repeat(17).slice(0, 200)),
  'angle brackets only': absurd('<'.repeat(200)),
  'long words': absurd('w'.repeat(1000)),
  'families of emoji': absurd('👨‍👩‍👧‍👦'.repeat(18)),
  'one endless character': absurd(`e${'\u0301'.repeat(5000)}`),
  'lines, tabs and reversed text': absurd('xq\n\u202eb\r\n\tc\u0000d'),
  'halves of characters': absurd('\ud83d \udc4b'),
  nothing: { ...absurd(''), labels: [], probabilities: [0], albumLength: 1, number: 0 },
};

const subjects: [string, Subject][] = [['everyday values', EVERYDAY], ...Object.entries(ABSURD)];
const MARKED_UP: ReadonlySet<Place> = new Set(['message', 'caption']);

function seenIn({ place, text }: Said): string {
  return MARKED_UP.has(place) ? readHtml(text).seen : text;
}

describe.each(LANGUAGES)('the catalogue %s', (language) => {
  const words = catalogueOf(language);

  it.each(subjects)('is valid Telegram HTML within every limit: %s', (_, subject) => {
    const said = everythingSaid(words, subject);
    for (const one of said) {
      if (MARKED_UP.has(one.place)) expect(readHtml(one.text).wrong, `${one.key}: ${one.text}`).toBeNull();
      expect(seenIn(one).length, one.key).toBeLessThanOrEqual(LIMITS[one.place]);
      expect(seenIn(one).length, one.key).toBeGreaterThan(0);
    }
  });

  it('lets no outside text break a line, turn the reading order, or carry half a character', () => {
    for (const subject of [ABSURD['lines, tabs and reversed text'], ABSURD['halves of characters']]) {
      for (const { key, text } of everythingSaid(words, subject ?? EVERYDAY)) {
        expect(text, key).not.toMatch(/[\t\r\u0000\u202e]|xq\n/u);
        expect(text, key).not.toMatch(/\p{Cs}/u);
      }
    }
  });

  it('has a sentence of its own for every reason, in each place', () => {
    const places = [
      REASONS.map((reason) => words.noPrediction[reason]),
      REASONS.map((reason) => words.noHeatmap(reason, 'dog')),
      REASONS.map((reason) => words.noAlbumHeatmaps([{ photo: 1, reason }])),
      REASONS.map((reason) => words.album([{ kind: 'failed', reason }])),
    ];
    for (const sentences of places) expect(new Set(sentences).size).toBe(REASONS.length);
  });

  it('ends every failure as a sentence, calmly and without emoji', () => {
    const opening = { en: 'No heatmap: ', id: 'Tidak ada heatmap: ' }[language];
    for (const reason of REASONS) {
      const sentences = [words.noPrediction[reason], words.noHeatmap(reason, 'dog')];
      expect(sentences[1]?.startsWith(opening), reason).toBe(true);
      for (const sentence of sentences) {
        const { seen } = readHtml(sentence);
        expect(seen, reason).toMatch(/[.]$|\/\w[\w ]*$/);
        expect(seen, reason).not.toMatch(/!|\p{Extended_Pictographic}/u);
      }
    }
  });

  it('says each setting differently for on and off', () => {
    expect(words.heatmapSet(true)).not.toBe(words.heatmapSet(false));
    expect(words.settingButtons.heatmaps(true)).not.toBe(words.settingButtons.heatmaps(false));
    expect(words.settingButtons.auto(true)).not.toBe(words.settingButtons.auto(false));
    expect(words.autoSet(true)).not.toBe(words.autoSet(false));
  });

  it('names the bot in what a group is told to write', () => {
    const { explain = 'explain', predict = 'predict' } = words.commandNames;
    for (const text of [words.help('group', 'sorot_bot'), words.start('group', '@sorot_bot')]) {
      expect(text).toContain(`/${explain}@sorot_bot`);
    }
    expect(words.explainUsage('group', 'sorot_bot')).toContain(`/${explain}@sorot_bot`);
    expect(words.predictUsage('group', 'sorot_bot')).toContain(`/${predict}@sorot_bot`);
    expect(words.autoHidden('sorot_bot')).toContain(`/${explain}@sorot_bot`);
    expect(words.help('private', 'sorot_bot')).not.toContain('@');
  });

  it('leaves no placeholder behind', () => {
    for (const { key, text } of everythingSaid(words, EVERYDAY)) {
      expect(text, key).not.toMatch(/undefined|null|NaN|\$\{|\[object/);
    }
  });
});

/** Nothing but names and a number. */
const WORDLESS = ['labelsOf'];

describe('the two languages', () => {
  const [english, indonesian] = [catalogueOf('en'), catalogueOf('id')];

  it('say the same things', () => {
    expect(Object.keys(indonesian).sort()).toEqual(Object.keys(english).sort());
    const keys = (subject: Subject) =>
      LANGUAGES.map((each) => everythingSaid(catalogueOf(each), subject).map((s) => s.key));
    expect(keys(EVERYDAY)[1]).toEqual(keys(EVERYDAY)[0]);
  });

  it('say each of them in other words', () => {
    const inEnglish = new Map(everythingSaid(english, EVERYDAY).map(({ key, text }) => [key, text]));
    for (const { key, text } of everythingSaid(indonesian, EVERYDAY)) {
      if (!WORDLESS.includes(key)) expect(text, key).not.toBe(inEnglish.get(key));
    }
  });

  it('offer the same commands and choices to be typed', () => {
    const called = new Map(Object.entries(indonesian.commandNames).map(([own, name]) => [`/${name}`, `/${own}`]));
    const typed = (text: string) =>
      [...text.matchAll(/(\/[a-z]+)((?:@\w+)?(?: (?:on|off|\d+))?)/g)]
        .map(([, command = '', rest = '']) => (called.get(command) ?? command) + rest)
        .sort();
    const inEnglish = new Map(everythingSaid(english, EVERYDAY).map(({ key, text }) => [key, typed(seenHtml(text))]));
    for (const { key, text } of everythingSaid(indonesian, EVERYDAY)) {
      expect(text, key).not.toMatch(new RegExp(`/(${Object.keys(indonesian.commandNames).join('|')})\\b`));
      expect(typed(seenHtml(text)), key).toEqual(inEnglish.get(key));
    }
  });

  it('have no English left in the Indonesian', () => {
    for (const { key, text } of everythingSaid(indonesian, EVERYDAY)) {
      expect(text, key).not.toMatch(/\b(the|of|photo|picture|no heatmap|not sure|more|again|send|and)\b/i);
    }
  });
});

function seenHtml(text: string): string {
  return text.replaceAll(/<[^>]*>/g, '');
}
