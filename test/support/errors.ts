import { VisionError } from '../../src/vision/vision-error.js';

/** The VisionError that `work` fails with; fails itself where the work succeeds or fails otherwise. */
export async function refusal(work: Promise<unknown>): Promise<VisionError> {
  const outcome = await work.then(
    () => new Error('Expected a VisionError, but nothing was refused.'),
    (error: unknown) => error,
  );
  if (outcome instanceof VisionError) return outcome;
  throw outcome instanceof Error ? outcome : new Error(String(outcome));
}
