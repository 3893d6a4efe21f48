import { describe, expect, it } from 'vitest';
import { explainClass } from '../../../src/vision/cam/class-map.js';
import { ArrayHead } from '../../../src/vision/head/head.js';
import { NetworkBuilder } from '../../../src/vision/model/builder.js';
import { split } from '../../../src/vision/model/split.js';
import { toInput } from '../../../src/vision/preprocess.js';
import { INPUT } from '../../../src/vision/trunk/plan.js';
import type { Plan } from '../../../src/vision/trunk/plan.js';
import { GRADIENT_METHODS } from '../../support/gradient-methods.js';
import { indexOfLargest } from '../../support/numbers.js';
import { ONE_BY_ONE, weights } from '../../support/plans.js';
import { BACKENDS } from '../../support/backends.js';
import { runOn } from '../../support/run.js';

const SIDE = 24;
const RED = { label: 0, left: 3, top: 12, colour: [220, 30, 40] } as const;
const GREEN = { label: 1, left: 15, top: 4, colour: [30, 200, 60] } as const;
const SQUARE = 6;

/** A red square on the left and a green one on the right of a grey picture, as 8-bit RGB. */
function picture(): Uint8Array {
  const pixels = new Uint8Array(SIDE * SIDE * 3).fill(90);
  for (const { left, top, colour } of [RED, GREEN]) {
    for (let y = top; y < top + SQUARE; y++) {
      for (let x = left; x < left + SQUARE; x++) pixels.set(colour, (y * SIDE + x) * 3);
    }
  }
  return pixels;
}

/** Two detectors, red and green, each summing 3 x 3 places at stride two; then pooling or flattening, and a class each. */
function detector(pooling: boolean): Plan {
  const b = new NetworkBuilder({ height: SIDE, width: SIDE, channels: 3 });
  // In: red, green, blue. Out: red minus the others, green minus the others.
  const tap = [1, -0.5, -0.5, 1, -0.5, -0.5];
  const filter = weights([3, 3, 3, 2], Array.from({ length: 9 }, () => tap).flat());
  const padding = { top: 0, right: 1, bottom: 1, left: 0 };
  const conv = b.conv('conv', INPUT, { ...ONE_BY_ONE, filter, bias: null, strides: [2, 2], padding });
  const map = b.activation('relu', conv, { kind: 'relu' });
  const vector = pooling ? b.globalPool('gap', map, 'average', false) : b.reshape('flat', map, [-1]);
  const places = pooling ? 1 : (SIDE / 2) ** 2;
  const kernel = weights([places * 2, 2], Array.from({ length: places }, () => [1, -1, -1, 1]).flat());
  return split(b.finish(b.unary('softmax', b.dense('scores', vector, kernel, null), { op: 'softmax' })));
}

describe.each(BACKENDS)('a picture of a red and a green square on %s', (backend) => {
  const cases = [true, false].flatMap((pooling) =>
    GRADIENT_METHODS.flatMap((method) => [RED, GREEN].map((square) => ({ pooling, method, square }))),
  );

  it.each(cases.map((each) => [each.square === RED ? 'red' : 'green', each.method, each] as const))(
    'the %s class peaks inside its own square and is dark in the other, by %s',
    async (_colour, method, { pooling, square }) => {
      const plan = detector(pooling);
      const input = new Float32Array(SIDE * SIDE * 3);
      toInput(picture(), 3, [0, 1], 'nhwc', input);
      const { cut } = await runOn(backend, plan, input);
      const run = () => new ArrayHead(plan).run(cut);
      const { values, rows, columns } = await explainClass(plan, { cut, run }, square.label, method);
      expect([rows, columns]).toEqual([12, 12]);
      const inside = (place: number, { left, top }: typeof RED | typeof GREEN): boolean => {
        // The middle of what the 3 x 3 window of this place sees.
        const [y, x] = [2 * Math.floor(place / columns) + 1, 2 * (place % columns) + 1];
        return y >= top && y < top + SQUARE && x >= left && x < left + SQUARE;
      };
      expect(inside(indexOfLargest(values), square)).toBe(true);
      const other = square === RED ? GREEN : RED;
      expect(Math.max(...values.filter((_, place) => inside(place, other)))).toBe(0);
    },
  );
});
