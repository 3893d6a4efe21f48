import type { MessageView } from '../../protocol.js';
import type { Words } from '../words/speech.js';

/** What a message of nobody says, or null where it is somebody's. */
export function serviceSentence({ service, from }: MessageView, words: Words, bot: string): string | null {
  if (service === undefined) return null;
  return service === 'bot-added' ? words.botAdded(from.name, bot) : words.botRemoved(from.name, bot);
}
