import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { Vocabulary } from '../../../src/vision/model/class-query.js';
import type { Understanding } from '../../../src/vision/model/class-query.js';
import type { ClassOrGroup } from '../../../src/vision/model/classifier.js';
import { groupsSchema, resolveGroups } from '../../../src/vision/model/groups.js';
import { labelSchema, toLabel } from '../../../src/vision/model/labels.js';

const LABELS = v
  .parse(v.array(labelSchema), [
    { en: 'Chihuahua', synonyms: { en: ['handbag dog'] } },
    { en: 'golden retriever', id: 'anjing golden' },
    { en: 'wolf', id: 'serigala' },
    { en: 'mouse', id: 'tikus', synonyms: { en: ['computer mouse', 'pointer'] } },
    { en: 'polar bear', id: 'beruang kutub' },
    { en: 'brown bear', id: 'beruang cokelat' },
    { en: 'banana', id: 'pisang' },
    { en: 'café au lait', id: 'kopi susu' },
    { en: "jack-o'-lantern" },
    { en: 'pointer' },
    { en: 'ladybird', synonyms: { en: ['ladybug'] } },
    { en: 'glasses', id: 'kacamata' },
  ])
  .map(toLabel);

const GROUPS = resolveGroups(
  v.parse(groupsSchema, [
    { label: { en: 'dog', id: 'anjing', synonyms: { en: ['hound', 'doggy'], id: ['guguk'] } }, classes: [0, 1, 9] },
    { label: { en: 'bear', id: 'beruang' }, classes: [4, 5] },
  ]),
  LABELS,
);

const vocabulary = new Vocabulary({ labels: LABELS, groups: GROUPS }, LABELS.length);

const english = (about: ClassOrGroup): string => {
  const { names } = (about.type === 'class' ? LABELS[about.index] : GROUPS[about.index]?.label) ?? LABELS[0] ?? {};
  return `${about.type} ${names?.en ?? ''}`;
};

/** Everything that the text means, by English name; empty where it means nothing. */
function meant(text: string, understanding?: Understanding): string[] {
  const match = vocabulary.find(text, understanding);
  return match.found === 'named' ? match.of.map(english) : [];
}

/** What is offered instead of a text that means nothing. */
function near(text: string): string[] {
  const match = vocabulary.find(text);
  if (match.found !== 'no-name') throw new Error(`"${text}" is ${match.found}.`);
  return match.near.map(english);
}

describe('a number', () => {
  it.each([
    ['1', { found: 'rank', rank: 1 }],
    [' 12 ', { found: 'rank', rank: 12 }],
    ['0', { found: 'no-rank', rank: 0 }],
    ['13', { found: 'no-rank', rank: 13 }],
    ['#0', { found: 'named', of: [{ type: 'class', index: 0 }] }],
    ['#11', { found: 'named', of: [{ type: 'class', index: 11 }] }],
    ['#12', { found: 'no-index', index: 12 }],
  ])('"%s" is a rank or, after #, a class index', (text, match) => {
    expect(vocabulary.find(text)).toEqual(match);
    expect(vocabulary.find(text, 'close')).toEqual(match);
  });

  it('is one of a model without labels too', () => {
    const unlabelled = new Vocabulary({ labels: [], groups: [] }, 3);
    expect(unlabelled.find('3')).toEqual({ found: 'rank', rank: 3 });
    expect(unlabelled.find('#2')).toEqual({ found: 'named', of: [{ type: 'class', index: 2 }] });
    expect(unlabelled.find('cat')).toEqual({ found: 'no-name', text: 'cat', near: [] });
  });
});

const CLOSE: readonly (readonly [text: string, ...of: string[]])[] = [
  // Names, in each language.
  ['golden retriever', 'class golden retriever'],
  ['anjing golden', 'class golden retriever'],
  ['kopi susu', 'class café au lait'],
  // Kinds, and other words for anything.
  ['dog', 'group dog'],
  ['anjing', 'group dog'],
  ['hound', 'group dog'],
  ['guguk', 'group dog'],
  ['ladybug', 'class ladybird'],
  ['handbag dog', 'class Chihuahua'],
  // More than one of it.
  ['dogs', 'group dog'],
  ['doggies', 'group dog'],
  ['mice', 'class mouse'],
  ['wolves', 'class wolf'],
  ['polar bears', 'class polar bear'],
  ['anjing-anjing', 'group dog'],
  ['anjing anjing', 'group dog'],
  ['glass', 'class glasses'],
  // Articles.
  ['a dog', 'group dog'],
  ['the wolf', 'class wolf'],
  ['The Wolves', 'class wolf'],
  ['an ladybird', 'class ladybird'],
  ['seekor serigala', 'class wolf'],
  ['sebuah pisang', 'class banana'],
  // Accents, capitals, and what stands between words.
  ['cafe au lait', 'class café au lait'],
  ['CAFÉ AU LAIT', 'class café au lait'],
  ['cafe\u0301 au lait', 'class café au lait'],
  ['CHIHUAHUA', 'class Chihuahua'],
  ['  polar   bear ', 'class polar bear'],
  ['polar_bear', 'class polar bear'],
  ['polar-bear!', 'class polar bear'],
  ['jack o lantern', "class jack-o'-lantern"],
  ['Jack-o’-Lantern', "class jack-o'-lantern"],
];

describe('a name', () => {
  it.each(CLOSE)('"%s" is understood as it is', (text, ...of) => {
    expect(meant(text, 'close')).toEqual(of);
    expect(meant(text)).toEqual(of);
  });

  it('wins over another word for something else', () => {
    expect(meant('pointer')).toEqual(['class pointer']);
    expect(meant('computer mouse')).toEqual(['class mouse']);
  });

  it('wins as it stands over one in the singular', () => {
    const labels = ['glass', 'glasses'].map(toLabel);
    const both = new Vocabulary({ labels, groups: [] }, 2);
    expect(both.find('glasses')).toEqual({ found: 'named', of: [{ type: 'class', index: 1 }] });
    expect(both.find('glass')).toEqual({ found: 'named', of: [{ type: 'class', index: 0 }] });
  });

  it('that several have means all of them', () => {
    const labels = ['crane', 'heron', 'crane'].map(toLabel);
    const groups = resolveGroups([{ label: 'Crane', classes: [0, 1] }], labels);
    const match = new Vocabulary({ labels, groups }, 3).find('crane');
    expect(match).toEqual({
      found: 'named',
      of: [
        { type: 'class', index: 0 },
        { type: 'class', index: 2 },
        { type: 'group', index: 0 },
      ],
    });
  });

  it('in writing of another kind is found as well', () => {
    const labels = ['кошка', '猫'].map(toLabel);
    const other = new Vocabulary({ labels, groups: [] }, 2);
    expect(other.find('КОШКА')).toMatchObject({ of: [{ index: 0 }] });
    expect(other.find('猫', 'close')).toMatchObject({ of: [{ index: 1 }] });
  });
});

const LOOSE: readonly (readonly [text: string, ...of: string[]])[] = [
  // Whole words of names.
  ['golden', 'class golden retriever'],
  ['retrievers', 'class golden retriever'],
  ['kutub', 'class polar bear'],
  ['susu', 'class café au lait'],
  ['computer', 'class mouse'],
  // The beginning of one name only.
  ['chi', 'class Chihuahua'],
  ['lady', 'class ladybird'],
  ['golden ret', 'class golden retriever'],
  ['serig', 'class wolf'],
  // Typing errors.
  ['bananna', 'class banana'],
  ['chiuahua', 'class Chihuahua'],
  ['chihuaua', 'class Chihuahua'],
  ['woolf', 'class wolf'],
  ['serigalla', 'class wolf'],
  ['poler bear', 'class polar bear'],
  ['bananas and', ''],
];

describe('what is like a name', () => {
  it.each(LOOSE)('"%s" is understood', (text, ...of) => {
    expect(meant(text)).toEqual(of.filter((name) => name !== ''));
  });

  it.each(LOOSE)('"%s" means nothing where only names are understood', (text) => {
    expect(vocabulary.find(text, 'close')).toEqual({ found: 'no-name', text, near: [] });
  });

  it('is a word of several names: all of them are meant', () => {
    const labels = ['polar bear', 'brown bear', 'bearskin', 'teddy'].map(toLabel);
    const bears = new Vocabulary({ labels, groups: [] }, labels.length);
    expect(bears.find('bears')).toMatchObject({ found: 'named', of: [{ index: 0 }, { index: 1 }] });
  });

  it('begins several names: they are offered, and none is meant', () => {
    const labels = ['catfish', 'caterpillar', 'cathedral', 'catamaran', 'dog'].map(toLabel);
    const match = new Vocabulary({ labels, groups: [] }, labels.length).find('cat');
    expect(match).toEqual({
      found: 'no-name',
      text: 'cat',
      near: [0, 1, 2].map((index) => ({ type: 'class', index })),
    });
  });

  it('is as near to several names: they are offered, and none is meant', () => {
    const labels = ['boat', 'goat', 'coat', 'moat', 'zebra'].map(toLabel);
    const match = new Vocabulary({ labels, groups: [] }, labels.length).find('roat');
    expect(match).toMatchObject({ found: 'no-name', near: [{ index: 0 }, { index: 1 }, { index: 2 }] });
  });

  it('is nearest to one of several that are near: that one is meant', () => {
    const labels = ['alligator', 'alligators gar'].map(toLabel);
    expect(new Vocabulary({ labels, groups: [] }, 2).find('aligator')).toMatchObject({ of: [{ index: 0 }] });
  });

  it('too far to be meant is offered, nearest first, each thing once', () => {
    expect(near('bannnanna')).toEqual(['class banana']);
    expect(near('cchihuahuuaa')).toEqual(['class Chihuahua']);
    const labels = ['marmalades', 'marmoset', 'marmalade'].map(toLabel);
    const match = new Vocabulary({ labels, groups: [] }, 3).find('marmuladdde');
    expect(match).toMatchObject({ found: 'no-name', near: [{ index: 0 }, { index: 2 }] });
  });
});

describe('what is like no name', () => {
  it.each(['zebra', 'xylophone', 'the quick brown fox', 'thanks', '?', '', 'qq', 'b', '🐕', '1.5', '-1', '# 3'])(
    '"%s" is answered with no names at all',
    (text) => {
      expect(vocabulary.find(text)).toEqual({ found: 'no-name', text, near: [] });
    },
  );

  it('as a word too short to be a beginning or an error is neither', () => {
    expect(meant('ba')).toEqual([]);
    expect(meant('dig')).toEqual([]);
    expect(near('ba')).toEqual([]);
  });

  it('as a word with two letters swapped is that word, even of three letters', () => {
    expect(meant('dgo')).toEqual(meant('dog'));
    expect(meant('dog')).not.toEqual([]);
  });
});
