import type { Random } from './random.js';

const SYLLABLES = ['ka', 'ri', 'mo', 'ne', 'ta', 'lu', 'sen', 'da', 'pa', 'gi', 'ber', 'to', 'an', 'is', 'er', 'no'];

/** A word of no language, so that no picture says what it is. */
export function word(random: Random): string {
  return random.several(random.whole(1, 4), () => random.one(SYLLABLES)).join('');
}

export function sentence(random: Random, words: number): string {
  const text = random.several(words, () => word(random)).join(' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
