import { describe, expect, it } from 'vitest';
import type { Int8Found } from '../../../src/vision/int8/int8-file.js';
import { isMissed, onChosenPrecision } from '../../../src/vision/int8/precision-choice.js';
import type { PrecisionChoice } from '../../../src/vision/int8/precision-choice.js';
import { mentionsVnni } from '../../../src/vision/int8/processor.js';

const OWN: Int8Found = { kind: 'own', data: { network: 'abc', photos: 100, ranges: {}, features: [] } };
const NONE: Int8Found = { kind: 'none' };
const OTHER: Int8Found = { kind: 'other' };

/** What is chosen where int8 correlates so much with float32, and what was started and closed. */
async function choice(asked: PrecisionChoice, found: Int8Found, vnni: boolean, correlation = 0.999) {
  const done: string[] = [];
  const { precision } = await onChosenPrecision(asked, found, vnni, {
    float32: () => Promise.resolve(done.push('float32')),
    int8: () => Promise.resolve({ started: done.push('int8'), correlation }),
    close: () => Promise.resolve(void done.push('closed')),
  });
  return { name: precision.name, why: precision.reason.kind, done, missed: isMissed(asked, precision) };
}

describe('the precision', () => {
  it.each([
    ['auto', OWN, true, 'int8', 'calibrated', false],
    ['int8', OWN, true, 'int8', 'asked', false],
    ['float32', OWN, true, 'float32', 'asked', false],
    ['auto', OWN, false, 'float32', 'no-vnni', false],
    ['int8', OWN, false, 'float32', 'no-vnni', true],
    ['auto', NONE, true, 'float32', 'not-calibrated', false],
    ['int8', NONE, true, 'float32', 'not-calibrated', true],
    ['auto', OTHER, true, 'float32', 'other-network', true],
    ['int8', OTHER, true, 'float32', 'other-network', true],
  ] as const)('asked for %s, with %o and VNNI %s, is %s: %s', async (asked, found, vnni, name, why, missed) => {
    expect(await choice(asked, found, vnni)).toEqual({ name, why, done: [name], missed });
  });

  it.each(['auto', 'int8'] as const)('is float32 where int8 computes something else, asked for %s', async (asked) => {
    const done = ['int8', 'closed', 'float32'];
    for (const correlation of [0.5, -1, NaN]) {
      const expected = { name: 'float32', why: 'differs', done, missed: true };
      expect(await choice(asked, OWN, true, correlation)).toEqual(expected);
    }
  });
});

describe('VNNI', () => {
  it.each([
    ['flags : fpu avx512f avx512_vnni amx_tile', true],
    ['flags : fpu avx2 avx_vnni', true],
    ['flags : fpu avx2 avx512f avx512bw', false],
    ['Features : fp asimd asimddp i8mm', false],
    ['', false],
  ])('of "%s" is %s', (cpuinfo, has) => {
    expect(mentionsVnni(cpuinfo)).toBe(has);
  });
});
