import { describe, expect, it } from 'vitest';
import { channelIndex } from '../../../src/vision/model/keras/indexing.js';

const ALL = { start: null, stop: null, step: null };
const TURNED = { start: null, stop: null, step: -1 };
const ELLIPSIS = { class_name: '__ellipsis__' };

/** An index as Keras 2 writes it into a call, and as Keras 3 does. */
const WRITTEN = [
  (parts: readonly unknown[]) => ({ named: { slice_spec: parts }, written: null }),
  (parts: readonly unknown[]) => ({
    named: {},
    written: {
      args: [
        { class_name: '__keras_tensor__' },
        parts.map((part) => (part === ALL || part === TURNED ? { class_name: '__slice__', config: part } : part)),
      ],
      kwargs: {},
    },
  }),
];

describe.each(WRITTEN)('an index', (written) => {
  const read = (parts: readonly unknown[]) =>
    channelIndex({ tensors: [], numbers: [], tensorFirst: true, ...written(parts) });

  it('is one of channels where everything of the other axes is taken', () => {
    expect(read([ELLIPSIS, TURNED])).toEqual({ kind: 'reversed' });
    expect(read([ALL, ALL, ALL, TURNED])).toEqual({ kind: 'reversed' });
    expect(read([ELLIPSIS, 2])).toEqual({ kind: 'one', channel: 2 });
  });

  it('is none of channels where it is one of rows, columns or pictures, or takes a part', () => {
    for (const parts of [
      [ALL, TURNED],
      [ALL, ALL, TURNED],
      [TURNED, ELLIPSIS],
      [2, ELLIPSIS],
      [ALL, 1],
      [ELLIPSIS, TURNED, TURNED],
      [ELLIPSIS, { start: 1, stop: null, step: -1 }],
      [ELLIPSIS, -1],
      [ELLIPSIS, ALL],
      [],
    ]) {
      expect(read(parts)).toBeNull();
    }
  });
});
