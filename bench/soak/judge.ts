import type { ApiCall, LocalTelegram, Message } from 'local-telegram';
import { LANGUAGES } from '#sorot/languages.js';
import { REASONS } from '#sorot/analysis/reasons.js';
import { catalogueOf } from '#sorot/bot/messages/index.js';

/**
 * Where nothing came for so long, in milliseconds, what is missing was lost: what follows an answer is where a bot is
 * killed, and by webhook an album.
 */
const NOTHING_MORE_MS = 60_000;

/** Of the readable ones a prediction and a heatmap have to come, of the others a sentence that says why there is none. */
const KINDS = ['photo', 'album', 'file', 'group', 'unreadable'] as const;

export type Kind = (typeof KINDS)[number];

/** What somebody sent and waits for an answer to. */
interface Waiting {
  readonly sentAt: number;
  readonly kind: Kind;
  answers: number;
  heatmaps: number;
}

/** Milliseconds at shares of all. */
function percentiles(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): number | null =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN) || null;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), most: at(1) };
}

/** Whoever waits longer, in milliseconds, is not waited for before others send something. */
const GIVEN_UP_MS = 40_000;

/** Every sentence that says why there is no prediction, with its reason. */
const NO_PREDICTION: ReadonlyMap<string, string> = new Map(
  LANGUAGES.flatMap((language) => {
    const { noPrediction } = catalogueOf(language);
    return REASONS.map((reason) => [noPrediction[reason], `prediction ${reason}`] as const);
  }),
);

const ANY_CLASS = 'any class';

/** The beginning of each sentence that says why there is no heatmap, with its reason; what follows names the class. */
const NO_HEATMAP: readonly (readonly [string, string])[] = LANGUAGES.flatMap((language) => {
  const words = catalogueOf(language);
  const ofAlbum = [1, 2].map((howMany) => {
    const failed = Array.from({ length: howMany }, (_, index) => ({ photo: index + 1, reason: 'busy' }) as const);
    return [words.noAlbumHeatmaps(failed).split('\n')[0] ?? '', 'heatmaps of an album'] as const;
  });
  const single = REASONS.map(
    (reason) => [words.noHeatmap(reason, ANY_CLASS).split(ANY_CLASS)[0] ?? '', `heatmap ${reason}`] as const,
  );
  return [...ofAlbum, ...single];
});

function reasonOf({ payload }: ApiCall): string | null {
  const text = payload['text'];
  if (typeof text !== 'string') return null;
  return NO_PREDICTION.get(text) ?? NO_HEATMAP.find(([beginning]) => text.startsWith(beginning))?.[1] ?? null;
}

function keyOf(chat: number | string, message: number): string {
  return `${chat} ${message}`;
}

/** Watches what the bot says to whom: who was answered, when, how often, and what was refused and why. */
export class Judge {
  readonly #waiting = new Map<string, Waiting>();
  readonly #telegram: LocalTelegram;
  /** The newest call that was looked at: those before it were, too. */
  #newest: ApiCall | undefined;
  /** Calls that have not taken effect yet. */
  readonly #unsettled = new Set<ApiCall>();
  readonly #predictions: { readonly sentAt: number; readonly ms: number }[] = [];
  readonly #heatmapMs: number[] = [];
  readonly #reasons = new Map<string, number>();
  #lastAt = performance.now();
  readonly #open = new Set<Waiting>();
  #withoutHeatmap = 0;

  constructor(telegram: LocalTelegram) {
    this.#telegram = telegram;
    telegram.subscribe(() => {
      this.#look();
    });
  }

  /** Somebody waits for an answer to a message from now on. */
  expect({ chat, message_id: id }: Message, kind: Kind): void {
    const waiting = { sentAt: performance.now(), kind, answers: 0, heatmaps: 0 };
    this.#waiting.set(keyOf(chat.id, id), waiting);
    this.#open.add(waiting);
    if (kind !== 'unreadable') this.#withoutHeatmap += 1;
  }

  isAnswered({ chat, message_id: id }: Message): boolean {
    return (this.#waiting.get(keyOf(chat.id, id))?.answers ?? 0) > 0;
  }

  /** How many wait for an answer that may still come. */
  get open(): number {
    const lately = performance.now() - GIVEN_UP_MS;
    return [...this.#open].filter(({ sentAt }) => sentAt > lately).length;
  }

  /** Whether everything came, or nothing more will. */
  get over(): boolean {
    const all = this.#open.size === 0 && this.#withoutHeatmap === 0;
    return all || performance.now() - this.#lastAt > NOTHING_MORE_MS;
  }

  /** Milliseconds from photos that were sent within a time, of `performance.now()`, to their predictions. */
  predictionMs(from = -Infinity, to = Infinity) {
    const within = this.#predictions.filter(({ sentAt }) => sentAt >= from && sentAt < to);
    return percentiles(within.map(({ ms }) => ms));
  }

  /** Updates whose message was answered more than once, by which the log says how that came. */
  get twice(): number[] {
    const { updatesSent } = this.#telegram;
    const again = new Set([...this.#waiting].filter(([, { answers }]) => answers > 1).map(([key]) => key));
    return updatesSent.flatMap(({ update_id: id, message }) =>
      message !== undefined && again.has(keyOf(message.chat.id, message.message_id)) ? [id] : [],
    );
  }

  get figures() {
    const all = [...this.#waiting.values()];
    const count = (which: (waiting: Waiting) => boolean): number => all.filter(which).length;
    const silent = KINDS.map((kind) => [kind, count((each) => each.kind === kind && each.answers === 0)] as const);
    const readable = count(({ kind }) => kind !== 'unreadable');
    return {
      answers: {
        wanted: all.length,
        given: count(({ answers }) => answers > 0),
        twice: count(({ answers }) => answers > 1),
      },
      silent: Object.fromEntries(silent.filter(([, silentOnes]) => silentOnes > 0)),
      predictions: { wanted: readable, given: this.#predictions.length },
      heatmaps: {
        wanted: readable,
        given: this.#heatmapMs.length,
        neitherHeatmapNorReason: this.#withoutHeatmap,
        moreThanOnce: count(({ heatmaps }) => heatmaps > 1),
      },
      predictionMs: this.predictionMs(),
      heatmapMs: percentiles(this.#heatmapMs),
      reasons: Object.fromEntries([...this.#reasons].toSorted()),
    };
  }

  #look(): void {
    const { calls } = this.#telegram;
    let from = calls.length;
    // The log forgets its oldest: places in it do not stay what they are.
    while (from > 0 && calls[from - 1] !== this.#newest) from -= 1;
    for (const call of calls.slice(from)) if (call.method.startsWith('send')) this.#unsettled.add(call);
    this.#newest = calls.at(-1);
    for (const call of this.#unsettled) {
      // One whose answer was lost has reached the person all the same.
      if (call.status === 0 && call.result === undefined) continue;
      this.#unsettled.delete(call);
      if (call.result !== undefined && call.method !== 'sendChatAction') this.#judge(call);
    }
  }

  #judge(call: ApiCall): void {
    const reply = call.payload['reply_parameters'] as { readonly message_id?: number } | undefined;
    const waiting = this.#waiting.get(keyOf(String(call.payload['chat_id']), reply?.message_id ?? 0));
    if (waiting === undefined) return;
    this.#lastAt = performance.now();
    const reason = reasonOf(call);
    if (reason !== null) this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    const isHeatmap = call.method !== 'sendMessage';
    if (isHeatmap || reason?.startsWith('heatmap') === true) {
      if (waiting.heatmaps === 0 && waiting.kind !== 'unreadable') this.#withoutHeatmap -= 1;
      if (isHeatmap && waiting.heatmaps === 0) this.#heatmapMs.push(call.at - waiting.sentAt);
      waiting.heatmaps += 1;
      return;
    }
    if (waiting.answers === 0) {
      this.#open.delete(waiting);
      const { sentAt } = waiting;
      if (reason === null) this.#predictions.push({ sentAt, ms: call.at - sentAt });
      // There is nothing to explain.
      else if (waiting.kind !== 'unreadable') this.#withoutHeatmap -= 1;
    }
    waiting.answers += 1;
  }
}
