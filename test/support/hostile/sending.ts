import type { Chat, LocalTelegram, Message, User } from 'local-telegram';
import { answersTo } from '../answers.js';
import type { Answered } from '../answers.js';
import { sendSticker } from '../conversation.js';
import type { HostileFile } from './file.js';

/** Files on their way at once, and the people they come from: few enough that nobody is told to wait. */
const BATCH = 40;
const PEOPLE = 8;

/** Milliseconds for the answers to a batch; the costliest pictures take seconds each where the machine is busy. */
const WITHIN = 240_000;

/** The ways in which a picture can be sent, whatever it is. */
type Way = 'document' | 'photo' | 'sticker';

export interface SentFile {
  readonly file: HostileFile;
  readonly answer: Answered;
}

/** A name, a type and a claimed size belong to documents; all else comes in every way, mostly as a document. */
function wayOf({ kind, claims }: HostileFile, index: number): Way {
  if (claims !== undefined || kind === 'a wrong name') return 'document';
  return (['photo', 'document', 'sticker', 'document', 'document'] as const)[index % 5] ?? 'document';
}

async function send(telegram: LocalTelegram, from: User, file: HostileFile, way: Way): Promise<Message> {
  const { bytes, fileName, mimeType, claims } = file;
  const chat: Chat = telegram.privateChat(from);
  switch (way) {
    case 'photo':
      return telegram.sendPhoto(from, chat, bytes, { asIs: { width: 800, height: 600 } });
    case 'sticker':
      return sendSticker(telegram, from, chat, bytes);
    case 'document': {
      const size = claims === undefined ? {} : { size: claims };
      return telegram.sendDocument(from, chat, bytes, { fileName, mimeType, ...size });
    }
  }
}

/** Sends files, some at a time, and gives each with what became of it. */
export async function sendAll(telegram: LocalTelegram, files: readonly HostileFile[]): Promise<SentFile[]> {
  const people = Array.from({ length: PEOPLE }, () => telegram.addUser({ languageCode: 'en' }));
  const sent: SentFile[] = [];
  for (let start = 0; start < files.length; start += BATCH) {
    const batch = new Map<Message, HostileFile>();
    for (const [at, file] of files.slice(start, start + BATCH).entries()) {
      const [from] = people.slice(at % PEOPLE);
      if (from === undefined) throw new Error('There is nobody to send it.');
      batch.set(await send(telegram, from, file, wayOf(file, start + at)), file);
    }
    for (const answer of await answersTo(telegram, [...batch.keys()], WITHIN)) {
      const file = batch.get(answer.message);
      if (file !== undefined) sent.push({ file, answer });
    }
  }
  return sent;
}
