import type { GuestRequest, Request, Services } from './context.js';
import { UnansweredError } from './state/updates.js';
import { TelegramFailure } from './telegram/client.js';

/** What follows an answer, such as a prediction's heatmap. */
export type FollowUp = () => Promise<void>;

/** What is done for a request: its answer, and perhaps what follows it. */
export type Work = () => Promise<FollowUp | undefined> | Promise<void>;

/** What cannot be sent cannot be apologised for by sending either; what was only asked can. */
function isOfSending(error: unknown): boolean {
  return error instanceof TelegramFailure && !error.method.startsWith('get');
}

/**
 * Starts the work on one request. Its update is answered when the answer is out: what follows goes on by itself. Where
 * the work fails in a way that has no sentence of its own, the person is told that something went wrong.
 *
 * @returns what ends with the answer; rejects with UnansweredError where Telegram could not be reached for it.
 */
export function startAnswer(services: Services, request: Request | GuestRequest, work: Work): Promise<void> {
  const { tasks, delivery, updates } = services;
  const { log, words, update, person } = request;
  const orApologise = async <T>(part: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await part();
    } catch (error) {
      if (isOfSending(error)) throw error;
      log.error({ err: error }, 'answer failed');
      if ('query' in request) await delivery.guest(request.query, words.unexpected);
      else await delivery.text(request.place, words.unexpected);
      return undefined;
    }
  };
  const answer = tasks.open.during(person, () =>
    orApologise(async () => {
      const followUp = await work();
      return typeof followUp === 'function' ? followUp : undefined;
    }),
  );
  const end = tasks.start(log, async () => {
    const followUp = await answer;
    if (followUp !== undefined) await orApologise(followUp);
  });
  const answered = answer.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof TelegramFailure && error.code === 'unreached') {
        throw new UnansweredError('The answer could not be sent.', { cause: error });
      }
    },
  );
  updates.wait(update, answered, end);
  return answered;
}
