import { clearLine, cursorTo } from 'node:readline';

/** Eighths of a character cell, from empty to full. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of at most `width` cells for a share of 0..1, padded to `width`. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return filled.padEnd(width);
}

const WIDTH = 40;

/** Milliseconds between two pictures of the bar: a terminal far away takes no more. */
const DRAW_EVERY_MS = 100;

function timeText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** How far something is, in one line of a terminal on stderr; anywhere else nothing is shown. */
export class ProgressBar {
  readonly #started = performance.now();
  #drawn = -Infinity;

  show(done: number, total: number): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#drawn < DRAW_EVERY_MS) return;
    this.#drawn = now;
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    const left = share > 0 ? `, ${timeText((now - this.#started) * (1 / share - 1))} to go` : '';
    this.#clear();
    process.stderr.write(`${bar(share, WIDTH)} ${Math.floor(share * 100)} %${left}`);
  }

  /** Takes it away. */
  end(): void {
    if (this.#drawn > -Infinity) this.#clear();
  }

  #clear(): void {
    cursorTo(process.stderr, 0);
    clearLine(process.stderr, 0);
  }
}
