import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withDeadline } from '../src/deadline.js';

it('any number of works may follow one signal, and the operator is warned of nothing', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): number => warnings.push(warning);
  process.on('warning', note);
  const all = new AbortController();
  const works = Array.from({ length: 50 }, () =>
    withDeadline((signal) => once(signal, 'abort'), { signals: [all.signal], milliseconds: Infinity }),
  );
  await turn();
  all.abort();
  await Promise.all(works);
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
