import { describe, expect, it } from 'vitest';
import { nameOf, readClassifier } from '../../../src/vision/model/classifier.js';
import type { Classifier } from '../../../src/vision/model/classifier.js';
import { toLabel } from '../../../src/vision/model/labels.js';
import { refusal } from '../../support/errors.js';
import { folderWith } from '../../support/models.js';

async function read(files: Record<string, unknown>) {
  const contents = Object.entries(files).map(([name, content]) => [
    name,
    typeof content === 'string' ? content : JSON.stringify(content),
  ]);
  return readClassifier(await folderWith(Object.fromEntries(contents) as Record<string, string>), 'fallback');
}

/** The name of a class. */
function called(classifier: Classifier, index: number, language?: string): string {
  return nameOf(classifier, { type: 'class', index }, language);
}

async function labels(files: Record<string, unknown>): Promise<string[]> {
  return (await read(files)).labels.map(({ names }) => names.en);
}

describe('a folder that says nothing about its classifier', () => {
  it('is read with defaults and calls classes by number', async () => {
    const classifier = await read({});
    expect(classifier).toEqual({
      name: 'fallback',
      labels: [],
      labelsFile: null,
      fromNetwork: [],
      groups: [],
      range: null,
      preprocessor: null,
      teachable: null,
      output: null,
      resize: 'stretch',
      layer: null,
      method: null,
      threshold: { class: 0.5, group: 0.5 },
      standardScore: 0,
      interpolation: 'bilinear',
      temperature: 1,
    });
    expect(called(classifier, 3)).toBe('#3');
  });
});

describe('classifier.json', () => {
  it('fills every field', async () => {
    const file = {
      name: 'Pets',
      labels: ['cat', 'dog'],
      groups: [{ label: 'pet', classes: ['cat', 1] }],
      range: [-1, 1],
      resize: 'letterbox',
      interpolation: 'lanczos3',
      layer: 'out_relu',
      output: 'probs',
      method: 'layercam',
      threshold: { class: 0.4, group: 0.3 },
      standardScore: 4,
      temperature: 1.5,
    };
    const expected = {
      ...file,
      labels: ['cat', 'dog'].map(toLabel),
      labelsFile: 'classifier.json',
      fromNetwork: [],
      preprocessor: null,
      teachable: null,
      groups: [{ label: toLabel('pet'), parent: null, own: [0, 1], members: [0, 1] }],
    };
    expect(await read({ 'classifier.json': file })).toEqual(expected);
  });

  it('gives labels in several languages, English where one is missing', async () => {
    const classifier = await read({ 'classifier.json': { labels: [{ en: 'cat', id: 'kucing' }, 'dog'] } });
    expect(called(classifier, 0, 'id')).toBe('kucing');
    expect(called(classifier, 0, 'de')).toBe('cat');
    expect(called(classifier, 0)).toBe('cat');
    expect(called(classifier, 1, 'id')).toBe('dog');
    expect(called(classifier, 2, 'id')).toBe('#2');
  });

  it('with labels only in another language uses that one', async () => {
    expect(await labels({ 'classifier.json': { labels: [{ id: 'kucing' }] } })).toEqual(['kucing']);
  });

  it.each([
    ['threshold', 1.5],
    ['threshold', 'half'],
    ['threshold', { class: 0.5 }],
    ['standardScore', -1],
    ['interpolation', 'cubic'],
    ['temperature', 0],
    ['temperature', -1],
    ['method', 'gradcam++'],
    ['resize', 'squash'],
    ['resize', { crop: 0 }],
    ['resize', { crop: 1.5 }],
    ['resize', { letterbox: 0.5 }],
    ['range', [0]],
    ['range', [0, 'one']],
    ['range', 'tf'],
    ['output', 1],
    ['labels', 'cat'],
    ['labels', ['']],
    ['labels', [{ english: 'cat' }]],
    ['name', ''],
    ['treshold', 0.5],
  ])('with %s as %j is refused by file and field', async (field, value) => {
    const error = await refusal(read({ 'classifier.json': { [field]: value } }));
    expect(error.code).toBe('invalid-model');
    expect(error.message).toContain('classifier.json');
    expect(error.message).toContain(field);
  });

  it('that is not JSON is refused by name', async () => {
    const error = await refusal(read({ 'classifier.json': '{"name": ' }));
    expect(error.code).toBe('invalid-model');
    expect(error.message).toContain('classifier.json');
  });
});

describe('labels.txt', () => {
  it('has a label a line; empty lines and spaces around are nothing', async () => {
    expect(await labels({ 'labels.txt': 'cat\r\n  hot dog \n\nbird\n' })).toEqual(['cat', 'hot dog', 'bird']);
  });

  it('may be numbered, as Teachable Machine writes it', async () => {
    expect(await labels({ 'labels.txt': '0 cat\n1 hot dog\n2 bird\n' })).toEqual(['cat', 'hot dog', 'bird']);
  });

  it('may be numbered in any order', async () => {
    expect(await labels({ 'labels.txt': '2 bird\n0 cat\n\n1: hot dog\n' })).toEqual(['cat', 'hot dog', 'bird']);
  });

  it('may have the line ends of any machine', async () => {
    expect(await labels({ 'labels.txt': 'cat\rdog\r\nbird' })).toEqual(['cat', 'dog', 'bird']);
  });

  it.each(['1 cat\n2 dog\n', '0 cat\n0 dog\n', '0 cat\ndog\n', '0\n1\n'])(
    'keeps what is no numbering: %j',
    async (text) => {
      expect(await labels({ 'labels.txt': text })).toEqual(text.trim().split('\n'));
    },
  );

  it('keeps numbers that are not a numbering', async () => {
    expect(await labels({ 'labels.txt': '7 up\n1 litre\n' })).toEqual(['7 up', '1 litre']);
  });
});

describe('labels.json', () => {
  it('is a list, in one language or several', async () => {
    const classifier = await read({ 'labels.json': ['cat', { en: 'dog', id: 'anjing' }] });
    expect([called(classifier, 0, 'id'), called(classifier, 1, 'id')]).toEqual(['cat', 'anjing']);
  });

  it('is an object by index, counted and not spelled, as ImageNet has it', async () => {
    const entries = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`${index}`, `class ${index}`]));
    expect((await labels({ 'labels.json': entries }))[10]).toBe('class 10');
    const imagenet = { '0': ['n01440764', 'tench'], '1': ['n01443537', 'goldfish'] };
    expect(await labels({ 'labels.json': imagenet })).toEqual(['tench', 'goldfish']);
  });

  it('of another form is refused by name', async () => {
    const error = await refusal(read({ 'labels.json': { cat: 0 } }));
    expect(error.code).toBe('invalid-model');
    expect(error.message).toContain('labels.json');
  });
});

describe("Teachable Machine's metadata.json", () => {
  it('gives labels, centre crops and pixels from -1 to 1', async () => {
    const classifier = await read({ 'metadata.json': { tfjsVersion: '1.3.1', labels: ['me', 'you'], imageSize: 224 } });
    expect(classifier).toMatchObject({
      labels: [{ names: { en: 'me' } }, { names: { en: 'you' } }],
      range: null,
      teachable: 'metadata',
      resize: 'crop',
    });
  });

  it('is not needed beside what it exports for Keras: a network of that name and numbered labels', async () => {
    const exported = { 'keras_model.h5': 'weights', 'labels.txt': '0 me\n1 you\n' };
    expect(await read(exported)).toMatchObject({ teachable: 'keras-export', resize: 'crop', range: null });
    expect(await read({ ...exported, 'classifier.json': { labels: ['I', 'they'] } })).toMatchObject({ resize: 'crop' });
    for (const other of [{ ...exported, 'labels.txt': 'me\nyou\n' }, { 'labels.txt': '0 me\n1 you\n' }]) {
      expect(await read(other)).toMatchObject({ teachable: null, resize: 'stretch' });
    }
  });

  it('of something else says nothing', async () => {
    expect(await read({ 'metadata.json': { author: 'me' } })).toMatchObject({ labels: [], range: null });
  });

  it('that is broken is refused by name', async () => {
    expect((await refusal(read({ 'metadata.json': '{' }))).message).toContain('metadata.json');
  });
});

describe('where several files have labels', () => {
  it('classifier.json comes first, then metadata.json, labels.json and labels.txt', async () => {
    const text = { 'labels.txt': 'text' };
    const json = { ...text, 'labels.json': ['json'] };
    const metadata = { ...json, 'metadata.json': { labels: ['metadata'] } };
    const classifier = {
      ...metadata,
      'classifier.json': { labels: ['classifier'], range: [0, 255], resize: 'stretch' },
    };
    expect(await labels(text)).toEqual(['text']);
    expect(await labels(json)).toEqual(['json']);
    expect(await labels(metadata)).toEqual(['metadata']);
    const first = await read(classifier);
    expect(first).toMatchObject({ labels: [{ names: { en: 'classifier' } }], range: [0, 255], resize: 'stretch' });
  });
});

describe("what the network's own file says", () => {
  const network = {
    file: '/models/birds.onnx',
    labels: ['a', 'b'],
    resize: { to: 'crop', exporter: 'Ultralytics' },
  } as const;

  it('is taken where nobody says otherwise', async () => {
    const classifier = await readClassifier(await folderWith({}), 'fallback', network);
    expect(classifier).toMatchObject({
      labels: ['a', 'b'].map(toLabel),
      labelsFile: 'birds.onnx',
      resize: 'crop',
      fromNetwork: ['labels', 'resize'],
    });
  });

  it('gives way to the files beside it', async () => {
    const files = { 'labels.txt': 'c\nd\n', 'classifier.json': '{"resize": "stretch"}' };
    const classifier = await readClassifier(await folderWith(files), 'fallback', network);
    expect(classifier).toMatchObject({
      labels: ['c', 'd'].map(toLabel),
      labelsFile: 'labels.txt',
      resize: 'stretch',
      fromNetwork: [],
    });
  });
});
