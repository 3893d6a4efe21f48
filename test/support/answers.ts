import type { ApiCall, LocalTelegram, Message } from 'local-telegram';
import { buttonsOf, chatOf, repliesTo, said, words } from './conversation.js';

const NO_HEATMAP = /^No heatmap: ./;

/** What a photo was answered with: a prediction and what came after it, or a sentence. */
export interface Answered {
  readonly message: Message;
  readonly first: ApiCall;
  /** The heatmap, or the sentence why there is none; null where there was no prediction. */
  readonly second: ApiCall | null;
}

/** A prediction offers to explain its classes; a sentence offers nothing. */
export function isPrediction(call: ApiCall): boolean {
  return call.method === 'sendMessage' && buttonsOf(call).length > 0;
}

export function isPicture({ method }: ApiCall): boolean {
  return method === 'sendPhoto' || method === 'sendDocument';
}

/** Whether there was no room for a photo. */
export function isBusy(call: ApiCall): boolean {
  return words(call).startsWith('Too many photos are waiting');
}

function keyOf(chat: unknown, message: number | undefined): string {
  return `${String(chat)} ${message ?? 0}`;
}

/** Everything said so far, by the message it replies to. */
function repliesIn(telegram: LocalTelegram): ReadonlyMap<string, readonly ApiCall[]> {
  const replies = new Map<string, ApiCall[]>();
  for (const call of said(telegram)) {
    const key = keyOf(chatOf(call), repliesTo(call));
    const known = replies.get(key);
    if (known === undefined) replies.set(key, [call]);
    else known.push(call);
  }
  return replies;
}

function answered(message: Message, replies: readonly ApiCall[] = []): Answered | null {
  const [first, second] = replies;
  if (first === undefined) return null;
  if (!isPrediction(first)) return { message, first, second: second ?? null };
  if (second === undefined) return null;
  if (!isPicture(second) && !NO_HEATMAP.test(words(second))) {
    throw new Error(`After the prediction came: ${words(second)}`);
  }
  return { message, first, second };
}

/** What became of each photo, as soon as nothing more is to come for any of them. */
export async function answersTo(
  telegram: LocalTelegram,
  messages: readonly Message[],
  timeoutMs?: number,
): Promise<Answered[]> {
  let answers: Answered[] = [];
  await telegram.waitUntil(() => {
    const replies = repliesIn(telegram);
    answers = messages.flatMap(
      (message) => answered(message, replies.get(keyOf(message.chat.id, message.message_id))) ?? [],
    );
    return answers.length === messages.length;
  }, timeoutMs);
  return answers;
}
