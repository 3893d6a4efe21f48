import type { AskingWords } from '../catalogue.js';

export const asking: AskingWords = {
  asking: 'why how what whats which where wheres explain show highlight find number guess answer'.split(' '),
  around: (
    'a an and about again are but can come could did do does exactly for here i image in is isnt it its look looks like me ' +
    'more not of on one or photo pic picture please pls prediction see so tell that thats the there think this to u was ' +
    'would you your'
  ).split(' '),
  ranks: [
    ['first', '1st'],
    ['second', '2nd', 'two'],
    ['third', '3rd', 'three'],
    ['fourth', '4th', 'four'],
    ['fifth', '5th', 'five'],
  ],
  endings: [],
};
