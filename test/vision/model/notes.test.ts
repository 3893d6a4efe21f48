import { describe, expect, it } from 'vitest';
import { noteText } from '../../../src/cli/note-text.js';
import type { Classifier } from '../../../src/vision/model/classifier.js';
import type { Findings, RangeGuess } from '../../../src/vision/model/findings.js';
import { checkFits } from '../../../src/vision/model/fitting.js';
import { toLabel } from '../../../src/vision/model/labels.js';
import { chooseRange, isWarning, notesOf } from '../../../src/vision/model/notes.js';
import type { PixelRange } from '../../../src/vision/pixel-range.js';
import { refusal } from '../../support/errors.js';
import { petsAndBoat } from '../../evaluation/classifiers.js';

const OWN: RangeGuess = { from: 'own-layers', range: [0, 255], layer: 'rescaling' };
const NAMED: RangeGuess = { from: 'architecture', range: 'caffe', architecture: 'ResNet' };

function classifier(said: Partial<Classifier> = {}): Classifier {
  return { ...petsAndBoat(0.5), groups: [], ...said };
}

const labelled = (...labels: string[]) => classifier({ labels: labels.map(toLabel), labelsFile: 'labels.txt' });

function findings(output: Partial<Findings['output']> = {}, range: RangeGuess | null = null): Findings {
  return {
    origin: 'a test',
    layers: 3,
    parameters: 12,
    channels: 3,
    output: { name: 'probs', among: 1, asked: false, kind: 'softmax', classes: 3, ...output },
    range,
    labels: [],
    resize: null,
  };
}

describe('the range', () => {
  it.each<[string, PixelRange | undefined, Partial<Classifier>, RangeGuess | null, object]>([
    ['whoever runs it', [0, 1], { range: [-1, 1] }, OWN, { from: 'asked', range: [0, 1] }],
    [
      'classifier.json',
      undefined,
      { range: 'torch', teachable: 'metadata' },
      OWN,
      { from: 'classifier', range: 'torch' },
    ],
    ['Teachable Machine', undefined, { teachable: 'metadata' }, OWN, { from: 'teachable-machine', range: [-1, 1] }],
    ['its own layers', undefined, { teachable: 'keras-export' }, OWN, OWN],
    [
      'what looks like Teachable Machine',
      undefined,
      { teachable: 'keras-export' },
      NAMED,
      { from: 'teachable-machine-keras', range: [-1, 1] },
    ],
    ['its architecture', undefined, {}, NAMED, NAMED],
    ['nothing', undefined, {}, null, { from: 'nothing', range: [0, 1] }],
  ])('is that of %s', (_, asked, said, guess, expected) => {
    expect(chooseRange(asked, classifier(said), guess)).toEqual(expected);
  });

  const notesFor = (asked: PixelRange | undefined, guess: RangeGuess | null) =>
    notesOf(classifier(), findings({}, guess), chooseRange(asked, classifier(), guess));

  it('is warned of where nothing tells, with the option that corrects it', () => {
    const [note, ...others] = notesFor(undefined, null);
    if (note === undefined) throw new Error('Expected a note.');
    expect([isWarning(note), others]).toEqual([true, []]);
    expect(noteText(note)).toMatch(/0,1 is assumed.*--range/);
  });

  it('is warned of where it contradicts the first layers, and taken all the same', () => {
    const [note] = notesFor([0, 1], OWN);
    expect(note).toEqual({ about: 'range-contradicted', said: [0, 1], own: [0, 255], layer: 'rescaling' });
    expect(note && isWarning(note) && noteText(note)).toMatch(/0,1 .*"rescaling".*0,255/);
  });

  it.each<[string, PixelRange | undefined, RangeGuess | null, boolean]>([
    ['said as the layers have it', [0, 255], OWN, false],
    ['said where only the architecture tells', [0, 1], NAMED, false],
    ['guessed from its layers', undefined, OWN, true],
    ['guessed from its architecture', undefined, NAMED, true],
  ])('is no reason to warn: %s', (_, asked, guess, noted) => {
    const notes = notesFor(asked, guess);
    expect(notes.filter(isWarning)).toEqual([]);
    expect(notes).toHaveLength(noted ? 1 : 0);
  });
});

describe('what is noted', () => {
  const noted = (said: Classifier, output: Partial<Findings['output']>) =>
    notesOf(said, findings(output), { from: 'asked', range: [0, 1] }).map(noteText);

  it('is nothing of a model of which all is said', () => {
    expect(noted(labelled('a', 'b', 'c'), {})).toEqual([]);
  });

  it.each<[string, Classifier, Partial<Findings['output']>, RegExp]>([
    [
      'the chosen output, unless it was asked for',
      labelled('a', 'b', 'c'),
      { among: 2 },
      /"probs" of 2.*"output".*classifier\.json/,
    ],
    [
      'which label one sigmoid means',
      labelled('cat', 'dog'),
      { kind: 'one-sigmoid', classes: 2 },
      /near 0 .*"cat", near 1 "dog".*--labels/,
    ],
    ['that classes have no labels', classifier({ labels: [] }), {}, /#0 to #2.*--labels/],
    ['that the softmax was left off', labelled('a', 'b', 'c'), { kind: 'linear' }, /without softmax/],
  ])('is %s', (_, said, output, expected) => {
    expect(noted(said, output)).toEqual([expect.stringMatching(expected)]);
  });

  it('is what was taken from the network itself, with what corrects it', () => {
    const own = { ...labelled('a', 'b', 'c'), labelsFile: 'birds.onnx', fromNetwork: ['labels', 'resize'] as const };
    const found = { ...findings(), resize: { to: 'crop', exporter: 'Ultralytics' } as const };
    expect(notesOf(own, found, { from: 'asked', range: [0, 1] }).map(noteText)).toEqual([
      expect.stringMatching(/named as "birds\.onnx" itself has them.*--labels/),
      expect.stringMatching(/the middle of each photo.*Ultralytics.*"resize": "stretch".*classifier\.json/),
    ]);
  });

  it('is not the output that was asked for', () => {
    expect(noted(labelled('a', 'b', 'c'), { among: 2, asked: true })).toEqual([]);
  });
});

describe('labels that are not as many as classes', () => {
  const refused = (said: Classifier, output: Partial<Findings['output']>) =>
    refusal(
      Promise.resolve().then(() => {
        checkFits(said, findings(output), [0, 1]);
      }),
    );

  it.each<[string, Classifier, Partial<Findings['output']>, RegExp]>([
    [
      'one too many',
      labelled('background', 'a', 'b'),
      { classes: 2 },
      /2 classes.*labels\.txt has 3 labels.*"background".*--labels/,
    ],
    ['one too few', labelled('a', 'b'), { classes: 3 }, /3 classes.*2 labels.*background.*empty/],
    ['many too many', labelled('a', 'b', 'c', 'd', 'e'), { classes: 2 }, /2 classes.*5 labels.*another model/],
    ['for one sigmoid', labelled('a'), { kind: 'one-sigmoid', classes: 2 }, /2 classes.*1 label\..*near 0.*near 1/],
    ['of one among several outputs', labelled('a', 'b'), { classes: 5, among: 3 }, /"probs", one of 3.*"output"/],
    ['the same label twice', labelled('a', 'a', 'b'), { classes: 2 }, /2 classes.*3 labels/],
  ])('are refused with both numbers and the usual cause: %s', async (_, said, output, expected) => {
    const error = await refused(said, output);
    expect(error.code).toBe('invalid-model');
    expect(error.message).toMatch(expected);
  });

  it('are none where there are no labels, or as many', () => {
    for (const said of [classifier({ labels: [] }), labelled('a', 'b', 'c')]) {
      expect(() => {
        checkFits(said, findings(), [0, 1]);
      }).not.toThrow();
    }
  });
});

it('a preprocessing of colours is refused before a network of grey', async () => {
  const grey = { ...findings(), channels: 1 };
  const error = await refusal(
    Promise.resolve().then(() => {
      checkFits(classifier(), grey, 'caffe');
    }),
  );
  expect([error.code, error.message]).toEqual(['invalid-argument', expect.stringMatching(/caffe.*grey/)]);
});
