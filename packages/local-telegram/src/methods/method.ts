import type { Payload } from '../payload.js';
import type { Webhook } from '../webhook.js';
import type { World } from '../world.js';

/** What a method works on. */
export interface Api {
  readonly world: World;
  readonly webhook: Webhook;
}

/**
 * One method of the Bot API. `gone` is aborted when whoever called has left.
 *
 * @throws ApiFailure with Telegram's status and words
 */
export type Method = (api: Api, payload: Payload, gone: AbortSignal) => unknown;
