import { describe, expect, it } from 'vitest';
import { onChosenBackend } from '../../src/vision/backend-choice.js';
import type { BackendChoice } from '../../src/vision/backend-choice.js';
import type { Backend } from '../../src/vision/trunk/runner.js';
import { BACKENDS } from '../../src/vision/trunk/runner.js';

const WITHOUT_SIN = 'Sin is an operation without a step';

/** What is chosen where these backends do not start, and which were tried. */
async function choice(asked: BackendChoice, noSteps: string | null, failing: readonly Backend[] = []) {
  const tried: Backend[] = [];
  const chosen = onChosenBackend(asked, noSteps, (backend) => {
    tried.push(backend);
    return failing.includes(backend) ? Promise.reject(new Error(`no ${backend} here`)) : Promise.resolve();
  });
  const { backend, reason } = await chosen;
  return { backend, reason, tried };
}

describe('the backend', () => {
  it('is ONNX Runtime where that runs the network', async () => {
    expect(await choice('auto', null)).toEqual({ backend: 'onnx', reason: { kind: 'fastest' }, tried: ['onnx'] });
  });

  it('is WASM where ONNX Runtime does not, with what that said', async () => {
    const reason = { kind: 'not-on-onnx', why: 'no onnx here' };
    expect(await choice('auto', null, ['onnx'])).toEqual({ backend: 'wasm', reason, tried: ['onnx', 'wasm'] });
  });

  it.each(BACKENDS)('is %s where that is asked for', async (backend) => {
    expect(await choice(backend, null)).toEqual({ backend, reason: { kind: 'asked' }, tried: [backend] });
  });

  it.each(BACKENDS)('is no other where %s is asked for and does not start', async (backend) => {
    await expect(choice(backend, null, [backend])).rejects.toThrow(`no ${backend} here`);
  });

  it.each(['auto', 'onnx'] as const)('is WASM for a graph without steps where %s is asked for', async (asked) => {
    const reason = { kind: 'no-steps', why: WITHOUT_SIN };
    expect(await choice(asked, WITHOUT_SIN)).toEqual({ backend: 'wasm', reason, tried: ['wasm'] });
  });

  it.each(['wasm', 'tensorflow', 'cpu'] as const)('is %s for such a graph where that is asked for', async (asked) => {
    expect(await choice(asked, WITHOUT_SIN)).toMatchObject({ backend: asked, reason: { kind: 'asked' } });
  });
});
