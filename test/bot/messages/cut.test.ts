import { describe, expect, it } from 'vitest';
import { cut, cutHtml } from '../../../src/bot/messages/cut.js';
import { readHtml } from './telegram-html.js';

const FAMILY = '👨‍👩‍👧‍👦';

describe('plain text', () => {
  it('stays as it is within the limit', () => {
    expect(cut('abcde', 5)).toBe('abcde');
  });

  it('is cut after a whole character', () => {
    expect(cut('abcdef', 5)).toBe('abcd…');
    expect(cut(`ab${FAMILY}cd`, 10)).toBe('ab…');
    expect(cut(`ab${FAMILY}cd`, 14)).toBe(`ab${FAMILY}…`);
    expect(cut('abc def', 5)).toBe('abc…');
  });
});

describe('HTML', () => {
  it('stays as it is while what is seen is within the limit', () => {
    expect(cutHtml('<b>a&amp;b</b>', 3)).toBe('<b>a&amp;b</b>');
  });

  it('keeps entities whole and closes what is open', () => {
    expect(cutHtml('<b>a&amp;b<i>cd</i></b>', 3)).toBe('<b>a&amp;…</b>');
    expect(cutHtml('<b>a&amp;b<i>cd</i></b>', 4)).toBe('<b>a&amp;b<i>…</i></b>');
    expect(cutHtml('<b>ab</b>&lt;&gt;', 3)).toBe('<b>ab</b>…');
  });

  it('is valid and fits wherever it is cut', () => {
    const html = `<b>x &amp; ${FAMILY}</b> <i>&lt;y&gt; <code>z</code></i> end`;
    for (let limit = 1; limit < 40; limit++) {
      const { wrong, seen } = readHtml(cutHtml(html, limit));
      expect(wrong, `at ${limit}`).toBeNull();
      expect(seen.length).toBeLessThanOrEqual(limit);
      expect(seen.includes(FAMILY) || !seen.includes('👨')).toBe(true);
    }
  });
});
