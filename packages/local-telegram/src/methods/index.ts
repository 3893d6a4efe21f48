import { CHATS } from './chats.js';
import { EDITING } from './editing.js';
import type { Method } from './method.js';
import { PROFILE } from './profile.js';
import { RECEIVING } from './receiving.js';
import { REQUESTS } from './requests.js';
import { SENDING } from './sending.js';

const METHODS: Readonly<Record<string, Method>> = {
  ...RECEIVING,
  ...SENDING,
  ...EDITING,
  ...CHATS,
  ...PROFILE,
  ...REQUESTS,
};

const BY_LOWER_CASE = new Map(Object.entries(METHODS).map(([name, run]) => [name.toLowerCase(), { name, run }]));

/** A method by its name, in any case as on Telegram's server; undefined where there is none. */
export function methodNamed(name: string): { readonly name: string; readonly run: Method } | undefined {
  return BY_LOWER_CASE.get(name.toLowerCase());
}
