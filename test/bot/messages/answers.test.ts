import { describe, expect, it } from 'vitest';
import type { Catalogue, KindWords } from '../../../src/bot/messages/catalogue.js';
import { catalogueOf } from '../../../src/bot/messages/index.js';
import { readHtml } from './telegram-html.js';

const [en, id] = [catalogueOf('en'), catalogueOf('id')];

const sureOf = (label: string, probability: number) => ({ label, probability, unsure: false });
const unsureOf = (label: string, probability: number) => ({ label, probability, unsure: true });

const classes = [sureOf('dog', 0.931), sureOf('wolf', 0.048), sureOf('fox & hound', 0.0002)];
const dog = { type: 'class', best: sureOf('dog', 0.931) } as const;
const perhapsDog = { type: 'not-sure', best: unsureOf('dog', 0.931) } as const;

const numbered = (length: number) => Array.from({ length }, (_, index) => `class ${index + 1}`);

describe('a prediction', () => {
  it('is a line a class with aligned figures, the first bold', () => {
    expect(en.prediction({ classes, answer: dog, known: ['dog'] }).split('\n')).toEqual([
      '▰▰▰▰▰▰▰▰▰▱ 93.1% <b>dog</b>',
      '▱▱▱▱▱▱▱▱▱▱ \u20074.8% wolf',
      '▱▱▱▱▱▱▱▱▱▱ &lt;0.1% fox &amp; hound',
    ]);
    expect(id.prediction({ classes, answer: dog, known: [] })).toContain('93,1%');
  });

  it('says when its heatmap comes, where that is not at once', () => {
    const last = (words: Catalogue) =>
      words.prediction({ classes, answer: dog, known: [], heatmapSeconds: 40 }).split('\n').at(-1);
    expect(last(en)).toBe('Heatmap in about 40 s.');
    expect(last(id)).toBe('Heatmap menyusul kira-kira 40 detik lagi.');
  });

  it('says so when not sure, and what the model knows', () => {
    const unsure = (known: string[]) => en.prediction({ classes, answer: perhapsDog, known }).split('\n');
    expect(unsure(['cat', 'dog'])[0]).toBe('I’m not sure. My best guesses:');
    expect(unsure(['cat', 'dog'])[4]).toBe('All I know: cat · dog');
    expect(unsure(numbered(10))[4]).toMatch(/class 9 · class 10$/);
    expect(unsure(numbered(50))[4]).toMatch(/class 10 · 40 more$/);
    expect(unsure(numbered(51))[4]).toBe('I know 51 things: /labels');
    expect(unsure(numbered(2000))[4]).toBe('I know 2,000 things: /labels');
    expect(unsure([])).toHaveLength(4);
    expect(id.prediction({ classes, answer: perhapsDog, known: numbered(2000) })).toContain(
      'Ada 2.000 hal yang saya kenal: /labels',
    );
    expect(id.prediction({ classes, answer: perhapsDog, known: numbered(50) })).toContain('class 10 · 40 lainnya');
  });
});

describe('a prediction of which only the kind is sure', () => {
  const first = (words: Catalogue, label: string) =>
    words.prediction({ classes, answer: { type: 'group', best: sureOf(label, 0.981) }, known: ['dog'] }).split('\n');

  it('says the kind before the guesses, none of which stands out', () => {
    const lines = first(en, 'dog');
    expect(lines[0]).toBe('A <b>dog</b> — 98.1%, not sure which. My best guesses:');
    expect(lines[1]).toBe('▰▰▰▰▰▰▰▰▰▱ 93.1% dog');
    expect(lines).toHaveLength(4);
    expect(first(en, 'aircraft')[0]).toMatch(/^An <b>aircraft<\/b>/);
    expect(first(id, 'anjing')[0]).toBe('<b>Anjing</b> — 98,1%, tapi belum pasti yang mana. Tebakan saya:');
  });

  it('escapes its name', () => {
    expect(first(en, '<b>&')[0]).toMatch(/^A <b>&lt;b&gt;&amp;<\/b>/);
  });
});

describe('the list of kinds', () => {
  const kind = (label: string, howMany: number, within: KindWords[] = []): KindWords => ({
    label,
    classes: howMany,
    within,
  });

  it('has a line for each that holds others, one for the rest, and what to type', () => {
    const kinds = [
      kind('animal', 398, [kind('dog', 118, [kind('terrier', 26)]), kind('bird', 59)]),
      kind('tool', 12),
      kind('food', 1000),
    ];
    expect(en.kinds(kinds, 1000).split('\n')).toEqual([
      '<b>I know 1,000 things, among them:</b>',
      '<b>animal</b> 398: dog 118 · terrier 26 · bird 59',
      'tool 12 · food 1,000',
      '',
      'All of one kind: <code>/labels dog</code>',
    ]);
    expect(id.kinds([kind('alat', 12)], 1000)).toBe(
      '<b>Ada 1.000 hal yang saya kenal, di antaranya:</b>\nalat 12\n\nDaftar satu jenis: <code>/labels alat</code>',
    );
  });

  it('of one kind counts what one message does not take', () => {
    const names = numbered(1000);
    const { seen } = readHtml(en.labelsOf('dog', names));
    expect(seen).toMatch(/^dog \(1,000\)\nclass 1 · class 2 · /);
    const shown = seen.split('·').length;
    expect(seen).toContain(` … ${1000 - shown} more`);
  });
});

describe('an album', () => {
  it('is a numbered line a photo', () => {
    const lines = en.album([
      { kind: 'predicted', answer: dog },
      { kind: 'predicted', answer: { type: 'not-sure', best: unsureOf('cat', 0.41) } },
      { kind: 'predicted', answer: { type: 'group', best: sureOf('animal', 0.773) } },
      { kind: 'failed', reason: 'too-large' },
    ]);
    expect(lines.split('\n')).toEqual([
      '1. dog — 93.1%',
      '2. not sure, perhaps cat — 41.0%',
      '3. animal — 77.3%, not sure which',
      '4. no answer: the picture is too large',
    ]);
  });

  it('says when its heatmaps come, where that is not at once', () => {
    const last = (words: Catalogue) =>
      words
        .album([{ kind: 'predicted', answer: dog }], 40)
        .split('\n')
        .at(-1);
    expect(last(en)).toBe('Heatmaps in about 40 s.');
    expect(last(id)).toBe('Heatmap menyusul kira-kira 40 detik lagi.');
  });

  it('gathers photos whose heatmaps failed for the same reason', () => {
    const text = en.noAlbumHeatmaps([
      { photo: 1, reason: 'memory' },
      { photo: 2, reason: 'timeout' },
      { photo: 3, reason: 'memory' },
    ]);
    expect(text.split('\n')).toEqual([
      'Some heatmaps are missing.',
      'Photos 1 and 3: I’m short of memory right now',
      'Photo 2: it took too long',
      'My answers above still hold. To try again, reply to a photo with /explain.',
    ]);
  });

  it('advises another try only where one can help', () => {
    expect(en.noAlbumHeatmaps([{ photo: 1, reason: 'unsupported-model' }])).not.toContain('/explain');
    expect(id.noAlbumHeatmaps([{ photo: 1, reason: 'busy' }])).toContain('/jelaskan');
  });
});

describe('the command a failure advises', () => {
  it.each([
    ['dog', '<code>/explain dog</code>'],
    ['<b>', '<code>/explain &lt;b&gt;</code>'],
    ['2', 'with /explain in'],
    ['#7', '<code>/explain #7</code>'],
    ['w'.repeat(81), 'with /explain in'],
    ['two\nlines', 'with /explain in'],
  ])('for the label %j', (label, expected) => {
    expect(en.noHeatmap('busy', label)).toContain(expected);
  });
});

describe('a heatmap', () => {
  it('is captioned with its class, its probability and what the colours mean', () => {
    expect(readHtml(en.heatmapCaption(sureOf('dog', 0.99999), 'inferno')).seen).toBe(
      'dog >99.9% · yellow mattered most, untouched parts did not count.',
    );
    expect(readHtml(id.heatmapCaption(sureOf('anjing', 0.5), 'turbo')).seen).toBe(
      'anjing 50,0% · merah tua paling berpengaruh, yang tidak berwarna tidak berpengaruh.',
    );
  });

  it('is explained at length where it is the first one', () => {
    const [first, ...others] = en.firstHeatmapCaption(sureOf('dog', 0.931), 'inferno').split('\n');
    expect(first).toBe('<b>dog</b> 93.1%');
    expect(others).toEqual([en.howToRead('inferno')]);
    expect(en.howToRead('magma')).toContain('cream');
  });

  it('says after its class that the model is not sure of it', () => {
    expect(en.heatmapCaption(unsureOf('dog', 0.31), 'inferno')).toMatch(/^<b>dog<\/b> 31\.0%, not sure · /);
    expect(en.albumHeatmapCaption(2, unsureOf('dog', 0.31))).toBe('Photo 2: <b>dog</b> 31.0%, not sure');
    expect(en.albumHeatmapCaption(2, sureOf('dog', 0.31))).toBe('Photo 2: <b>dog</b> 31.0%');
    expect(id.albumHeatmapCaption(2, unsureOf('anjing', 0.31))).toBe('Foto 2: <b>anjing</b> 31,0%, kurang yakin');
  });

  it('has a legend in plain text', () => {
    expect(en.legend(sureOf('fox & hound', 0.0001)).title).toBe('fox & hound <0.1%');
  });

  it('has a button that keeps its question mark', () => {
    expect(en.whyButton('dog')).toBe('Why dog?');
    expect(id.whyButton('w'.repeat(200))).toMatch(/^Kenapa w+…\?$/);
    expect(id.whyButton('w'.repeat(200))).toHaveLength(64);
  });
});

describe('the list of labels', () => {
  it('counts and names all of a short list', () => {
    expect(en.labels(['cat', 'dog'], 0)).toContain('<b>I know 2 things:</b>\ncat · dog\n');
  });

  it('fills one message and counts what it leaves out', () => {
    const names = numbered(1000);
    const { seen } = readHtml(en.labels(names, 500));
    expect(seen).toContain('I know 1,500 things:');
    const shown = names.filter((name) => new RegExp(`${name}(?! ?\\d)`).test(seen)).length;
    expect(seen).toContain(`${(1500 - shown).toLocaleString('en')} more`);
    expect(seen.length).toBeGreaterThan(4000);
  });
});

describe('the status', () => {
  it('is a table whose values stand in one column', () => {
    const idle = { waiting: 0, running: 0 };
    const status = en.status({
      uptimeSeconds: 8075,
      model: 'everyday-10',
      backend: { name: 'wasm', reason: 'not-on-onnx' },
      precision: { name: 'float32', reason: 'not-on-onnx' },
      predictions: idle,
      heatmaps: { waiting: 3, running: 1 },
      memory: { band: 'high', usedMb: 402, limitMb: 512 },
      cache: { entries: 41, limit: 500, hits: 3, misses: 1 },
      recycled: 2,
      judged: { right: 12, wrong: 3 },
      receiving: { pending: 3, lastError: 'Connection timed out' },
    });
    const rows = readHtml(status).seen.split('\n');
    const columns = rows.map((row) => row.search(/(?<= {2})\S/));
    expect(new Set(columns).size).toBe(1);
    expect(rows.map((row) => row.slice(columns[0]))).toEqual([
      '2 h 14 min',
      'everyday-10',
      'wasm, as onnx cannot run this model',
      'float32, as int8 needs onnx',
      '0 running, 0 waiting',
      '1 running, 3 waiting',
      'high, 402 of 512 MB',
      '41 of 500',
      '3 of 4 (75%)',
      '2 ×',
      '12 of 15',
      '3',
      'Connection timed out',
    ]);
  });
});
