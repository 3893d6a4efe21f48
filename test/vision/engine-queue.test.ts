import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { photograph } from '../support/pictures.js';
import { engineModule, goldenFolder, withEngine } from '../support/sorot.js';

const MB = 2 ** 20;

const PHOTOS = 24;

/** As heavy as a camera's file; what follows the picture's end is not looked at. */
const PHOTO_BYTES = 8 * MB;

/** The photos not answered yet, and copies on their way to the process. Kept ones would be all of them. */
const NEEDED = (PHOTOS / 2) * PHOTO_BYTES;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function bytesInUse(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

/** The same, once what is dead already has been given back, which another thread does in its own time. */
async function bytesAtRest(): Promise<number> {
  for (let bytes = bytesInUse(); ;) {
    await pause(50);
    const now = bytesInUse();
    if (now >= bytes) return now;
    bytes = now;
  }
}

it('a photo that is answered is not kept while others wait', async () => {
  const start = await photograph(1);
  const heavy = (): Buffer => Buffer.concat([start, Buffer.alloc(PHOTO_BYTES - start.length)]);
  await withEngine({ model: goldenFolder('pooling-dense') }, async (engine) => {
    const before = await bytesAtRest();
    const answers = Array.from({ length: PHOTOS }, (_, index) =>
      engine.predict({ ...engineModule.photoOf(heavy()), key: String(index) }),
    );
    expect(bytesInUse() - before).toBeGreaterThan((PHOTOS - 1) * PHOTO_BYTES);
    await answers[PHOTOS - 3];
    expect(bytesInUse() - before).toBeLessThan(NEEDED);
    await Promise.all(answers);
  });
});
