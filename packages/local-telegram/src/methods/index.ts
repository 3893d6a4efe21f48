import type { Payload } from '../payload.js';
import type { Webhook } from '../webhook.js';
import type { World } from '../world.js';
import { CHATS } from './chats.js';
import { EDITING } from './editing.js';
import { PROFILE } from './profile.js';
import { RECEIVING } from './receiving.js';
import { SENDING } from './sending.js';

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

/** All that are known here. */
export const METHODS: Readonly<Record<string, Method>> = {
  ...RECEIVING,
  ...SENDING,
  ...EDITING,
  ...CHATS,
  ...PROFILE,
};

const BY_LOWER_CASE = new Map(Object.entries(METHODS).map(([name, run]) => [name.toLowerCase(), { name, run }]));

/** A method by its name, in any case as on Telegram's server; undefined where there is none. */
export function methodNamed(name: string): { readonly name: string; readonly run: Method } | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}
