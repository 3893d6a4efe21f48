import type { ChatKey, MapNumbers, MessageView, TextView } from '../../protocol.js';
import { firstOf } from '../messages/entities.js';
import type { Store } from '../store.js';

export type NamedClass = MapNumbers['classes'][number];

/** How long the bot may take to answer: its own deadline for a heatmap, and the way there and back. */
const ANSWER_WITHIN_MS = 150_000;

/** The class a heatmap is of, in the language of its caption: the first words in bold there. */
export function classNameOf({ text }: MessageView): string | undefined {
  return text === undefined ? undefined : firstOf('bold', text);
}

/** Whether a heatmap is of this class, whichever language its caption has. */
export function isOf(heatmap: MessageView, { label, names }: NamedClass): boolean {
  const name = classNameOf(heatmap);
  return name !== undefined && [label, names.en, names.id].includes(name);
}

/** The newest heatmap of a class over a photo, where the chat has one. */
export function heatmapOf(store: Store, chat: ChatKey, photo: number, wanted: NamedClass): MessageView | undefined {
  return store.messages(chat).findLast((message) => message.explains === photo && isOf(message, wanted));
}

/** A question to the bot: `/explain` with a class, as a reply to a photo. */
export interface Question {
  readonly chat: ChatKey;
  readonly photo: number;
  readonly wanted: NamedClass;
  /** What is sent. */
  readonly text: string;
}

export type Reply = { readonly heatmap: MessageView } | { readonly sentence: string } | 'nothing';

/**
 * Waits for what the bot says to a question that is sent after this was called: the heatmap, or the sentence that comes
 * in its place, which answers the question or its photo.
 */
export function replyTo(store: Store, question: Question, signal: AbortSignal): Promise<Reply> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    const off = store.on('message', ({ message, isNew }) => {
      if (!isNew || message.chat !== question.chat) return;
      if (!message.from.bot) {
        if (message.replyTo === question.photo && message.text?.text === question.text) asked ??= message.id;
        return;
      }
      if (message.explains === question.photo && isOf(message, question.wanted)) end({ heatmap: message });
      else if (saysSomethingElse(message, [question.photo, asked])) end({ sentence: message.text?.text ?? '' });
    });
    const timer = setTimeout(() => {
      end('nothing');
    }, ANSWER_WITHIN_MS);
    const end = (reply: Reply): void => {
      off();
      clearTimeout(timer);
      resolve(reply);
    };
    signal.addEventListener('abort', () => {
      end('nothing');
    });
  });
}

/** A prediction may come first, where the bot does not remember the photo; it says nothing of the heatmap. */
function saysSomethingElse(
  { photo, text, replyTo: to }: MessageView,
  answered: readonly (number | undefined)[],
): boolean {
  if (photo !== undefined || text === undefined || isPrediction(text)) return false;
  return to !== undefined && answered.includes(to);
}

/** In any language: its last line names the model, in italics. */
function isPrediction({ text, entities }: TextView): boolean {
  return entities.some(({ type, offset, length }) => type === 'italic' && offset + length === text.length);
}
