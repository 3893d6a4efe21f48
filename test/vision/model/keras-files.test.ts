import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { GOLDEN_FOLDER } from '../../support/golden.js';
import { animalsIn, distanceOf } from '../../support/zoo.js';

const animals = animalsIn(join(GOLDEN_FOLDER, 'keras'));

describe('files that Keras wrote', () => {
  it.each(animals.map((animal) => [animal.expected.name, animal.expected.api, animal.format, animal] as const))(
    '%s of %s as %s: probabilities are within 1e-4 of Keras’, Grad-CAM within 1e-3',
    async (_name, _api, _format, animal) => {
      const { probabilities, map } = await distanceOf(animal);
      expect(probabilities).toBeLessThan(1e-4);
      expect(map).toBeLessThan(1e-3);
    },
  );
});
