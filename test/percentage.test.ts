import { expect, test } from 'vitest';
import { percentage } from '../src/percentage.js';

test.each([
  [0, '0%'],
  [0.0004, '<0.1%'],
  [0.0005, '0.1%'],
  [0.5, '50.0%'],
  [0.9994, '99.9%'],
  [0.9996, '>99.9%'],
  [1, '100%'],
])('%d is %s: nothing reads as certain or impossible that is not', (share, text) => {
  expect(percentage(share)).toBe(text);
});
