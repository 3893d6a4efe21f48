import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/vision/engine.js';
import { VISION_ERROR_CODES } from '../../src/vision/vision-error.js';
import type { VisionErrorCode } from '../../src/vision/vision-error.js';
import { conformanceData, namesIn } from '../support/conformance-data.js';
import { indexOfLargest } from '../support/numbers.js';
import { HAS_PROC, peakBytes } from '../support/processes.js';
import { codeOf, engineModule, goldenFolder } from '../support/sorot.js';

const PHOTOS = conformanceData('photos', 'photos made by others, in the vision process');
const names = namesIn(PHOTOS);

/** What is known of them: their size as seen, or why they are refused. */
const KNOWN: Readonly<Record<string, readonly [number, number] | VisionErrorCode>> = {
  'cargonzalv-panda-ori0.jpg': [696, 613],
  'pillow-truncated_jpeg.jpg': 'unsupported-image',
  'sharp-16-bit-grey-alpha.png': [109, 96],
  'sharp-4.webp': [1024, 772],
  'sharp-5_webp_a.webp': [300, 300],
  'sharp-Channel_digital_image_CMYK_color.jpg': [500, 333],
  'sharp-Flag_of_the_Netherlands-16bit.png': [900, 600],
  'sharp-Landscape_6.jpg': [600, 450],
  'sharp-Portrait_8.jpg': [450, 600],
  'sharp-alpha-premultiply-1024x768-paper.png': [1024, 768],
  'sharp-corrupt-header.jpg': 'unsupported-image',
  'sharp-giant-image.jpg': 'too-large',
  'sharp-rotating-squares.gif': [80, 80],
  'sharp-truncated.jpg': 'unsupported-image',
  'tfjs-examples-image07-progressive.jpeg': [2000, 1500],
};

describe.runIf(names.length > 0)('a photo made by others', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await engineModule.Engine.start({ model: goldenFolder('pooling-dense'), name: 'tested' });
  });
  afterAll(async () => {
    // All photos, the giant one too, went through one process.
    if (HAS_PROC) expect(peakBytes(engine.info.pid)).toBeLessThan(290 * 2 ** 20);
    await engine.close();
  });

  it.each(names)('(%s) is predicted and explained, or refused for the right reason', async (name) => {
    const photo = engineModule.photoOf(await readFile(join(PHOTOS ?? '', name)));
    const known = KNOWN[name];
    const code = await codeOf(engine.predict(photo));
    if (typeof known === 'string') {
      expect(code).toBe(known);
    } else if (known === undefined) {
      expect(['resolved', ...VISION_ERROR_CODES]).toContain(code);
      expect(code).not.toBe('crashed');
    } else {
      const { photo: seen, probabilities } = await engine.predict(photo);
      expect([seen.width, seen.height]).toEqual(known);
      const { picture } = await engine.explain({ photo: { key: photo.key }, class: indexOfLargest(probabilities) });
      expect(Math.max(picture.width, picture.height)).toBeLessThanOrEqual(800);
      const [wide, tall] = known;
      expect(picture.width / picture.height).toBeCloseTo(wide / tall, 1);
    }
  });
});
