import { describe, expect, test } from 'vitest';
import { excusedOf, kindOfPicture, truthOf } from '../../src/evaluation/truth.js';
import { Vocabulary } from '../../src/vision/model/class-query.js';
import { petsAndBoat } from './classifiers.js';

const vocabulary = new Vocabulary(petsAndBoat(0.5), 3);

describe('the class of a photo', () => {
  test.each([
    ['cat/1.jpg', 0],
    ['train/Anjing/0000_1.jpg', 1],
    ['2/1.jpg', 2],
    ['#1/1.jpg', 1],
    ['0002_ship.jpg', 2],
    ['photos/1_dog.jpg', 1],
    // Of a kind, of no class, beyond the last, a running number.
    ['pet/1.jpg', null],
    ['zebra/1.jpg', null],
    ['0003_plane.jpg', null],
    ['7/1.jpg', null],
    ['0001.jpg', null],
    ['README.md', null],
  ])('of %s is %s', (path, index) => {
    expect(truthOf(path, 3, vocabulary)).toBe(index);
  });
});

describe('a picture of nothing the model knows', () => {
  test.each([
    ['0002_menu-003.png', [2]],
    ['screens/0001_0002_page.png', [1, 2]],
    ['12_noise.png', []],
    ['2024_trip.png', []],
    ['noise.png', []],
  ])('%s may be taken for %j', (path, classes) => {
    expect(excusedOf(path, 3)).toEqual(classes);
  });

  test('is of the kind that its folder says', () => {
    expect([kindOfPicture('none/noise/1.png'), kindOfPicture('1.png')]).toEqual(['noise', 'no folder']);
  });
});
