/** Longer than any sentence of this program; names in a hostile file can be as long as the file. */
const LONGEST = 1000;

/**
 * A text for one line of a terminal: names out of files from elsewhere may hold control characters, which a terminal
 * would obey.
 */
export function oneLine(text: string): string {
  const plain = text.replaceAll(/\p{Cc}+/gu, ' ');
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}...` : plain;
}
