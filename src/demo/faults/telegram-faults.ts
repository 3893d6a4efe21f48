import type { FaultKind } from 'local-telegram';
import type { Cast } from '../cast.js';
import type { ActiveFault, Fault, FaultTools } from './fault.js';

/** What Telegram asks a bot to wait, in seconds. */
const RETRY_AFTER_S = 3;

/** Longer than anyone would like, and within what the bot waits for a connection on which nothing comes. */
const SLOW_FILE_MS = 4000;

/** Milliseconds of an outage. */
const OUTAGE_MS = 10_000;

/** Calls that send a heatmap, or put one in the place of another. */
const HEATMAPS = ['sendPhoto', 'sendMediaGroup', 'sendDocument', 'editMessageMedia'];

interface Rule {
  readonly method: string;
  readonly kind: FaultKind;
  readonly match?: (payload: Readonly<Record<string, unknown>>) => boolean;
}

/** Has these go wrong every time; each call that meets one is counted. */
function switchOn({ telegram }: Cast, rules: readonly Rule[], onMet: () => void): () => void {
  const faults = rules.map(({ match, ...rule }) =>
    telegram.fault({
      ...rule,
      times: Infinity,
      match: (payload) => {
        const met = match?.(payload) ?? true;
        if (met) onMet();
        return met;
      },
    }),
  );
  return () => {
    for (const fault of faults) fault.remove();
  };
}

function always(...rules: readonly Rule[]): Fault {
  return { start: ({ cast, onMet }) => ({ end: switchOn(cast, rules, onMet) }) };
}

/** Files come late. */
export const slowFile: Fault = always({ method: 'file', kind: { delayMs: SLOW_FILE_MS } });

/** Telegram has them no more. */
export const fileGone: Fault = always({ method: 'file', kind: { missing: true } });

/** Each heatmap is refused once. Per chat the bot sends one message after the other, so the next is the same again. */
export const rateLimit: Fault = {
  start: ({ cast, onMet }) => {
    const refused = new Set<unknown>();
    const firstTime = ({ chat_id: chat }: Readonly<Record<string, unknown>>): boolean => {
      if (refused.delete(chat)) return false;
      refused.add(chat);
      return true;
    };
    const kind = { status: 429, retryAfter: RETRY_AFTER_S } as const;
    const rules = HEATMAPS.map((method) => ({ method, kind, match: firstTime }));
    return { end: switchOn(cast, rules, onMet) };
  },
};

/** Telegram answers nothing but 502, then comes back. */
export const unreachable: Fault = { start: outage };

function outage({ cast, onMet, onOver }: FaultTools): ActiveFault {
  const kind = { status: 502 } as const;
  const rules = ['*', 'getUpdates', 'file'].map((method) => ({ method, kind }));
  const comeBack = switchOn(cast, rules, onMet);
  cast.telegram.endPoll();
  const timer = setTimeout(onOver, OUTAGE_MS);
  return {
    end: () => {
      clearTimeout(timer);
      comeBack();
    },
  };
}
