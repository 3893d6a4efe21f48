import { isatty } from 'node:tty';
import colours from 'picocolors';
import { oneLine } from './one-line.js';

/** Colours for who reads in a terminal; in a pipe they change nothing. */
export const palette = colours.createColors(isatty(1) && (process.env['NO_COLOR'] ?? '') === '');

/** Nothing more can be printed: who reads has gone away (`| head`), or the disk is full. */
export class OutputEnded extends Error {
  override readonly name = 'OutputEnded';
}

/**
 * Writes to stdout and waits until it is written, also by a slow reader.
 *
 * @throws OutputEnded
 */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (error) reject(new OutputEnded(error.message, { cause: error }));
      else resolve();
    });
  });
}

/** One line on stderr, for people. */
export function say(text: string): void {
  process.stderr.write(`sorot: ${oneLine(text)}\n`);
}
