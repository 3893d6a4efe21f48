import { describe, expect, it } from 'vitest';
import { nameOf, readClassifier } from '../../../src/vision/model/classifier.js';
import type { Classifier } from '../../../src/vision/model/classifier.js';
import { refusal } from '../../support/errors.js';
import { folderWith } from '../../support/models.js';

const LABELS = ['tabby', { en: 'husky', id: 'anjing husky' }, 'poodle', 'trout', { id: 'kursi' }, 'wolf'];

async function read(groups: unknown, labels: unknown = LABELS): Promise<Classifier> {
  const file = labels === undefined ? { groups } : { labels, groups };
  return readClassifier(await folderWith({ 'classifier.json': JSON.stringify(file) }), 'kinds');
}

/** Each kind as its name, that of the one around it, its own classes and all of them. */
async function kinds(groups: unknown, labels?: unknown): Promise<unknown[]> {
  const classifier = await read(groups, labels);
  return classifier.groups.map(({ label, parent, own, members }) => [
    label.names.en,
    parent === null ? null : classifier.groups[parent]?.label.names.en,
    own,
    members,
  ]);
}

describe('the classes of a kind', () => {
  it('are given by index, by range with both ends, and by label in any language and any case', async () => {
    expect(await kinds([{ label: 'dog', classes: [2, 1] }])).toEqual([['dog', null, [1, 2], [1, 2]]]);
    expect(await kinds([{ label: 'dog', classes: ['1-3'] }])).toEqual([['dog', null, [1, 2, 3], [1, 2, 3]]]);
    expect(await kinds([{ label: 'dog', classes: ['3-3'] }])).toEqual([['dog', null, [3], [3]]]);
    const named = await kinds([{ label: 'dog', classes: ['POODLE', 'Anjing Husky', 'kursi'] }]);
    expect(named).toEqual([['dog', null, [1, 2, 4], [1, 2, 4]]]);
  });

  it('may be given in several ways at once, each counting once', async () => {
    expect(await kinds([{ label: 'animal', classes: ['0-2', 1, 'husky', 5] }])).toEqual([
      ['animal', null, [0, 1, 2, 5], [0, 1, 2, 5]],
    ]);
  });

  it('need no labels where they are numbers', async () => {
    const classifier = await readClassifier(
      await folderWith({ 'classifier.json': JSON.stringify({ groups: [{ label: 'dog', classes: ['151-268'] }] }) }),
      'unlabelled',
    );
    expect(classifier.groups[0]?.members).toHaveLength(118);
  });

  it('are by label those of labels.txt too', async () => {
    const groups = JSON.stringify({ groups: [{ label: 'pet', classes: ['dog'] }] });
    const folder = await folderWith({ 'classifier.json': groups, 'labels.txt': 'cat\ndog\n' });
    expect((await readClassifier(folder, 'kinds')).groups[0]?.members).toEqual([1]);
  });

  it('may be all of a very large model', async () => {
    const groups = JSON.stringify({ groups: [{ label: 'all', classes: ['0-99999'] }] });
    const { groups: read } = await readClassifier(await folderWith({ 'classifier.json': groups }), 'large');
    expect(read[0]?.members).toHaveLength(100_000);
  });
});

describe('a kind within another', () => {
  it('brings it its classes, through all levels and in whatever order they are written', async () => {
    const written = [
      { label: 'dog', parent: 'animal', classes: [1, 2] },
      { label: 'animal', classes: [0] },
      { label: { en: 'poodles', id: 'pudel' }, parent: 'dog', classes: [5] },
      { label: 'fish', parent: 'Animal', classes: [3] },
      { label: 'furniture', classes: [4] },
    ];
    expect(await kinds(written)).toEqual([
      ['dog', 'animal', [1, 2], [1, 2, 5]],
      ['animal', null, [0], [0, 1, 2, 3, 5]],
      ['poodles', 'dog', [5], [5]],
      ['fish', 'animal', [3], [3]],
      ['furniture', null, [4], [4]],
    ]);
  });

  it('may name the one around it in another language', async () => {
    const [, dog] = await kinds([
      { label: { en: 'animal', id: 'hewan' }, classes: [0] },
      { label: 'dog', parent: 'hewan', classes: [1] },
    ]);
    expect(dog).toEqual(['dog', 'animal', [1], [1]]);
  });

  it('may be all that the one around it has', async () => {
    expect(await kinds([{ label: 'animal' }, { label: 'dog', parent: 'animal', classes: [1] }])).toEqual([
      ['animal', null, [], [1]],
      ['dog', 'animal', [1], [1]],
    ]);
  });
});

describe('the label of a kind or a class', () => {
  it('may be in several languages, with other words for it', async () => {
    const synonyms = { en: ['hound', 'doggy'], id: ['guguk'] };
    const classifier = await read([{ label: { en: 'dog', id: 'anjing', synonyms }, classes: [1] }]);
    expect(nameOf(classifier, { type: 'group', index: 0 })).toBe('dog');
    expect(nameOf(classifier, { type: 'group', index: 0 }, 'id')).toBe('anjing');
    expect(nameOf(classifier, { type: 'group', index: 0 }, 'de')).toBe('dog');
    expect(classifier.groups[0]?.label.synonyms).toEqual(['hound', 'doggy', 'guguk']);
  });

  it('may have other words without another language', async () => {
    const { labels } = await read(undefined, [{ en: 'cat', synonyms: { en: ['kitty'] } }, 'dog']);
    expect(labels).toEqual([
      { names: { en: 'cat' }, synonyms: ['kitty'] },
      { names: { en: 'dog' }, synonyms: [] },
    ]);
  });

  it.each([
    [{ synonyms: { en: ['hound'] } }],
    [{ en: 'dog', synonyms: ['hound'] }],
    [{ en: 'dog', synonyms: { english: ['hound'] } }],
    [{ en: 'dog', synonyms: { en: [''] } }],
    [{ en: 'dog', english: 'hound' }],
  ])('as %j is refused by file and field', async (label) => {
    const { code, message } = await refusal(read([{ label, classes: [1] }]));
    expect(code).toBe('invalid-model');
    expect(message).toMatch(/classifier\.json" is not as it should be: groups/);
  });
});

describe('kinds are refused, by file and reason,', () => {
  it.each<[string, unknown, RegExp]>([
    [
      'within one that there is not',
      [{ label: 'dog', parent: 'animal', classes: [1] }],
      /"dog" has the parent "animal", which is no group/,
    ],
    ['within themselves', [{ label: 'dog', parent: 'dog', classes: [1] }], /"dog" lies within itself/],
    [
      'in a ring',
      [
        { label: 'dog', parent: 'animal', classes: [1] },
        { label: 'animal', parent: 'being' },
        { label: 'being', parent: 'dog' },
      ],
      /"\w+" lies within itself/,
    ],
    [
      'sharing a class',
      [
        { label: 'dog', classes: ['1-2'] },
        { label: 'pet', classes: [0, 'poodle'] },
      ],
      /class #2 stands in two groups, "dog" and "pet"/,
    ],
    [
      'sharing a class with the one around',
      [
        { label: 'animal', classes: [1] },
        { label: 'dog', parent: 'animal', classes: [1] },
      ],
      /class #1 stands in two groups, "animal" and "dog"/,
    ],
    [
      'sharing a name',
      [
        { label: 'dog', classes: [1] },
        { label: 'dog', classes: [2] },
      ],
      /two groups are called "dog"/,
    ],
    ['without classes', [{ label: 'dog' }], /"dog" has no classes/],
    ['with an empty list of classes', [{ label: 'dog', classes: [] }], /"dog" has no classes/],
    ['with a class beyond the labels', [{ label: 'dog', classes: ['4-6'] }], /class #6 .*6 labels/],
    ['with a class that is not called so', [{ label: 'dog', classes: ['beagle'] }], /"dog" names "beagle"/],
    ['with a range from more to less', [{ label: 'dog', classes: ['3-1'] }], /"3-1" of the group "dog" is no range/],
    ['with an endless range', [{ label: 'dog', classes: ['0-999999999'] }], /"0-999999999" .* is no range/],
  ])('%s', async (_what, groups, why) => {
    const { code, message } = await refusal(read(groups));
    expect(code).toBe('invalid-model');
    expect(message).toContain('classifier.json" is not as it should be: ');
    expect(message).toMatch(why);
    expect(message).toMatch(/[^.]\.$/);
  });

  it.each<[string, unknown]>([
    ['groups', {}],
    ['groups.0.label', [{ classes: [1] }]],
    ['groups.0.classes.0', [{ label: 'dog', classes: [-1] }]],
    ['groups.0.classes.0', [{ label: 'dog', classes: [1.5] }]],
    ['groups.0.parent', [{ label: 'dog', parent: 3, classes: [1] }]],
    ['groups.0.members', [{ label: 'dog', members: [1] }]],
  ])('with %s being something else', async (field, groups) => {
    const { code, message } = await refusal(read(groups));
    expect(code).toBe('invalid-model');
    expect(message).toContain(`classifier.json" is not as it should be: ${field}: `);
  });
});
