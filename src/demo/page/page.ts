import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ChatKey, DemoState, Language, MessageView, PersonView } from '../protocol.js';
import type { Words } from './words/words.js';

export const CHATS: readonly ChatKey[] = ['private', 'group', 'topic'];

/** Something that is waited for: what the bot says next in a chat, or shows in the place of what there was. */
export interface Awaited {
  readonly chat: ChatKey;
  readonly before: readonly MessageView[];
}

/** The messages that are new since, or show something else. */
export function newsSince(before: readonly MessageView[], now: readonly MessageView[]): MessageView[] {
  const shown = ({ id, text, photo }: MessageView): string => [id, photo?.url, text?.text].join(' ');
  const known = new Set(before.map(shown));
  return now.filter((message) => !known.has(shown(message)));
}

/** What every part of the page may need. */
export interface Page {
  readonly state: DemoState;
  readonly language: Language;
  readonly words: Words;
  /** The person at this screen: the one of the private chat. */
  readonly self: PersonView;
  /** The open chat. */
  readonly chat: ChatKey;
  /** Says something for a few seconds; where it announces something, only until that is there. */
  readonly notify: (sentence: string, announced?: Awaited) => void;
  /** Waits for a request; where it is refused, says why and answers false. */
  readonly attempt: (work: Promise<unknown>) => Promise<boolean>;
  /** What is sent next answers this message. */
  readonly reply: (message: MessageView | null) => void;
  /** Opens the compare view on a heatmap. */
  readonly compare: (heatmap: MessageView) => void;
}

export const PageContext = createContext<Page | null>(null);

/** @throws Error outside of the page */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) throw new Error('There is no page around this.');
  return page;
}

/** A message in one line, for previews and screen readers. */
export function summary({ text, photo, document, explains }: MessageView, words: Words): string {
  const line = (text?.text ?? '').replaceAll(/\s+/g, ' ').trim();
  const carried = explains !== undefined ? words.heatmap : photo !== undefined ? words.photo : document?.name;
  return [carried ?? '', line].filter((part) => part !== '').join(': ');
}

/** A picture by its address, and what it is called. */
export interface Picture {
  readonly url: string;
  readonly name: string;
}

/** What a message shows: its photo, or its file where a browser can show it. */
export function pictureOf({ photo, document, explains, from }: MessageView, words: Words): Picture | null {
  const url = photo?.url ?? (document?.image === true ? document.url : null);
  if (url === null) return null;
  return { url, name: explains === undefined ? words.photoFrom(from.name) : words.heatmapFrom(from.name) };
}
