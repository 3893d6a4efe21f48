import { distance } from 'fastest-levenshtein';

/** Shorter names, such as PATH and HOME, are near to too many others. */
const MIN_LENGTH = 6;

/** Known names shorter than this may be one letter off, longer ones two. */
const LONG_NAME = 8;

/** Lines on variables that are none of ours but look like one of ours misspelt. Their values are not told. */
export function misspelt(env: NodeJS.ProcessEnv, known: readonly string[]): string[] {
  return Object.keys(env).flatMap((name) => {
    if (name.length < MIN_LENGTH || known.includes(name)) return [];
    const meant = known.find((each) => distance(name.toUpperCase(), each) <= (each.length < LONG_NAME ? 1 : 2));
    return meant === undefined ? [] : [`${name} is not a setting; is ${meant} meant?`];
  });
}
