import type { MessageView } from '../../protocol.js';
import type { Words } from '../words/speech.js';

/** A message in one line, for the list of chats, previews and screen readers. */
export function summary(message: MessageView, words: Words): string {
  const text = (message.text?.text ?? '').replaceAll(/\s+/g, ' ').trim();
  const carried = what(message, words);
  if (carried === null) return text;
  return text === '' ? carried : `${carried}: ${text}`;
}

function what({ photo, document, explains }: MessageView, words: Words): string | null {
  if (explains !== undefined) return words.heatmap;
  if (photo !== undefined) return words.photo;
  return document?.name ?? null;
}
