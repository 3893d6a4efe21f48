import type { Request, Services } from './context.js';
import { TelegramFailure } from './telegram/client.js';

/** What cannot be sent cannot be apologised for by sending either; what was only asked can. */
function isOfSending(error: unknown): boolean {
  return error instanceof TelegramFailure && !error.method.startsWith('get');
}

/**
 * Starts the work on one request, which goes on after its update was taken. Where it fails in a way that has no sentence
 * of its own, the person is told that something went wrong.
 */
export function startAnswer(services: Services, request: Request, work: () => Promise<void>): void {
  const { tasks, delivery } = services;
  const { log, place, words } = request;
  tasks.start(log, async () => {
    try {
      await work();
    } catch (error) {
      if (isOfSending(error)) throw error;
      log.error({ err: error }, 'answer failed');
      await delivery.text(place, words.unexpected);
    }
  });
}
