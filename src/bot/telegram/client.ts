import type { Telegram } from 'telegraf';
import type { Log } from '../../log.js';
import type { Metrics } from '../../metrics.js';
import type { Method, Opts, ResultOf } from './newer-types.js';
import { failureOf, oneTry, withRetries } from './retry.js';
import type { Failure } from './retry.js';

/**
 * Why Telegram did not do what was asked.
 *
 * - `refused`: it said no, and would again.
 * - `blocked`: the person stopped the bot, or the chat shut it out; nothing can be sent there.
 * - `unreached`: no answer after every try, or a longer wait was asked for than an answer is worth.
 * - `unknown`: the answer was lost on its way; what was sent may have arrived, and is not sent again.
 */
export type TelegramFailureCode = 'refused' | 'blocked' | 'unreached' | 'unknown';

/** A failed call: without its payload, which holds pictures and texts, and without its address, which holds the token. */
export class TelegramFailure extends Error {
  override readonly name = 'TelegramFailure';

  constructor(
    readonly code: TelegramFailureCode,
    readonly method: Method,
    readonly description: string,
    /** The chat's new number, where a group became a supergroup. */
    readonly migratedTo?: number,
  ) {
    super(`${method}: ${description}`);
  }
}

type TelegrafSignal = NonNullable<NonNullable<Parameters<Telegram['callApi']>[2]>['signal']>;

/** Telegraf's type is that of a polyfill; what it hands the signal to takes Node's own. */
export function forTelegraf(signal: AbortSignal): TelegrafSignal {
  return signal as unknown as TelegrafSignal;
}

/** Telegraf's way to call any method, whether or not its types know it. */
interface Caller {
  callApi<M extends Method>(method: M, payload: Opts<M>, options: { signal: TelegrafSignal }): Promise<ResultOf<M>>;
}

function toFailure(method: Method, failure: Failure): TelegramFailure {
  switch (failure.kind) {
    case 'refused':
      return new TelegramFailure(
        failure.code === 403 ? 'blocked' : 'refused',
        method,
        failure.description,
        failure.migratedTo,
      );
    case 'flood':
      return new TelegramFailure('unreached', method, `flood control, retry after ${failure.seconds} s`);
    case 'unreached':
      return new TelegramFailure('unreached', method, 'Telegram could not be reached');
    case 'unknown':
      return new TelegramFailure('unknown', method, 'the answer was lost');
  }
}

/** The methods that change nothing, or change it to the same when repeated. */
const REPEATABLE: ReadonlySet<Method> = new Set<Method>([
  'getMe',
  'getFile',
  'getWebhookInfo',
  'getChatAdministrators',
  'getChatMember',
  'setWebhook',
  'deleteWebhook',
  'setMyCommands',
  'getMyDescription',
  'setMyDescription',
  'getMyShortDescription',
  'setMyShortDescription',
  'editMessageText',
  // A query has one answer: Telegram refuses another.
  'answerGuestQuery',
]);

/** Every call to the Bot API but the receiving of updates: with its retries, its counter and its log line. */
export class TelegramClient {
  readonly #telegram: Caller;
  readonly #log: Log;
  readonly #metrics: Metrics;
  readonly #stopped = new AbortController();

  constructor(telegram: Telegram, log: Log, metrics: Metrics) {
    this.#telegram = telegram as unknown as Caller;
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Aborted when every call and every wait is to end. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /**
   * One method of the Bot API.
   *
   * @throws TelegramFailure
   */
  async call<M extends Method>(method: M, payload: Opts<M>, signal = this.#stopped.signal): Promise<ResultOf<M>> {
    try {
      const result = await withRetries(
        (ended) => this.#telegram.callApi(method, payload, { signal: forTelegraf(ended) }),
        {
          repeatable: REPEATABLE.has(method),
          signal,
          onRetry: (failure) => {
            this.#metrics.telegramCall(method, failure.kind);
            this.#log.warn({ method, failure }, 'telegram call failed, trying again');
          },
        },
      );
      this.#metrics.telegramCall(method, 'ok');
      return result;
    } catch (error) {
      const failure = toFailure(method, failureOf(error));
      this.#metrics.telegramCall(method, failure.code);
      throw failure;
    }
  }

  /** A call whose failure changes nothing for anybody: tried once, never waited for. */
  hint<M extends Method>(method: M, payload: Opts<M>): void {
    const call = (ended: AbortSignal): Promise<unknown> =>
      this.#telegram.callApi(method, payload, { signal: forTelegraf(ended) });
    oneTry(call, this.#stopped.signal).then(
      () => {
        this.#metrics.telegramCall(method, 'ok');
      },
      (error: unknown) => {
        const failure = toFailure(method, failureOf(error));
        this.#metrics.telegramCall(method, failure.code);
        this.#log.debug({ method, why: failure.description }, 'telegram call failed');
      },
    );
  }

  /** Ends every call and every wait. */
  stop(): void {
    this.#stopped.abort(new Error('The bot is stopped.'));
  }
}
