import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runShortLived } from '../../src/vision/short-lived.js';
import type { Phase, ShortLivedBounds } from '../../src/vision/short-lived.js';
import { refusal } from '../support/errors.js';
import { newFolder, ROOT } from '../support/folders.js';
import { isAlive } from '../support/processes.js';

const SHORT_LIVED = pathToFileURL(join(ROOT, 'dist', 'vision', 'short-lived.js')).href;
const CHILD = pathToFileURL(join(ROOT, 'dist', 'vision', 'child.js')).href;
const ERRORS = pathToFileURL(join(ROOT, 'dist', 'vision', 'vision-error.js')).href;

/** More than any of these programs takes. */
const ENOUGH: Omit<Phase, 'doing'> = { milliseconds: 60_000, residentBytes: 2 ** 30 };

function bounds(reading: Partial<Phase> = {}, heapMegabytes = 64): ShortLivedBounds {
  return {
    heapMegabytes,
    wasmMegabytes: 64,
    phases: [
      { doing: 'Reading', ...ENOUGH, ...reading },
      { doing: 'Thinking', ...ENOUGH, milliseconds: 500 },
    ],
  };
}

/** A program that does `work` with its `task`. */
async function program(work: string): Promise<URL> {
  const file = join(await newFolder(), 'program.mjs');
  const imports = `import { answerTask } from '${SHORT_LIVED}'; import { notify } from '${CHILD}'; import { VisionError } from '${ERRORS}';`;
  await writeFile(file, `${imports} import fs from 'node:fs'; answerTask('Reading', async (task) => { ${work} });`);
  return pathToFileURL(file);
}

describe('a short-lived process', () => {
  it('answers what it was asked', async () => {
    expect(await runShortLived(await program('return task.a + task.b;'), { a: 2, b: 3 }, bounds())).toBe(5);
  });

  it('refuses with the code and the sentence it found', async () => {
    const failing = await program('throw new VisionError("invalid-argument", "There is no such layer.");');
    const { code, message } = await refusal(runShortLived(failing, {}, bounds()));
    expect([code, message]).toEqual(['invalid-argument', 'There is no such layer.']);
  });

  it('is ended where it loops, and says what it was doing', async () => {
    const pid = join(await newFolder(), 'pid');
    const looping = await program('fs.writeFileSync(task.pid, String(process.pid)); for (;;);');
    const { code, message } = await refusal(runShortLived(looping, { pid }, bounds({ milliseconds: 1000 })));
    expect([code, message]).toEqual(['invalid-model', 'Reading took longer than 1 s and was stopped.']);
    expect(isAlive(Number(await readFile(pid, 'utf8')))).toBe(false);
  });

  it('is ended where it takes more processor time than it may, however long it may take', async () => {
    const looping = await program('for (;;);');
    const { message } = await refusal(runShortLived(looping, {}, bounds({ processorMilliseconds: 1000 })));
    expect(message).toBe('Reading took longer than 1 s and was stopped.');
  });

  it('has the bounds of the phase it says it is in', async () => {
    const looping = await program('await notify(); for (;;);');
    const { message } = await refusal(runShortLived(looping, {}, bounds()));
    expect(message).toMatch(/^Thinking took longer than/);
  });

  it.each([
    ['buffers', 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 24, 1));', { residentBytes: 2 ** 28 }],
    ['objects', 'const all = []; for (;;) all.push({ number: all.length });', {}],
  ] as const)(
    'is ended where it fills the memory with %s, with a sentence of its own',
    async (_what, work, reading) => {
      const { code, message } = await refusal(runShortLived(await program(work), {}, bounds(reading, 32)));
      expect(code).toBe('invalid-model');
      expect(message).toBe('Reading takes more memory than a model of its size should, and was stopped.');
    },
  );

  it('that ends by itself is a refusal', async () => {
    const ending = await program('process.exit(3);');
    expect((await refusal(runShortLived(ending, {}, bounds()))).message).toContain('code 3');
  });
});
