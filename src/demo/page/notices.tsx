import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { DemoState } from '../protocol.js';
import { IconButton } from './controls.js';
import { CHATS, newsSince, summary, usePage } from './page.js';
import type { Awaited } from './page.js';
import { RequestRefused } from './server.js';
import type { Words } from './words/words.js';

const SHOWN_MS = 7000;

/** More than these would cover the chat; the oldest goes. */
const AT_ONCE = 3;

interface Notice {
  readonly sentence: string;
  readonly announced?: Awaited | undefined;
}

/** Short sentences over the chat that go by themselves, and the answers to pressed buttons. */
export function useNotices(state: DemoState, words: Words) {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const dismiss = (notice: Notice) => setNotices((before) => before.filter((one) => one !== notice));
  const notify = (sentence: string, announced?: Awaited) => {
    const notice = { sentence, announced };
    setNotices((before) => [...before, notice].slice(-AT_ONCE));
    setTimeout(() => dismiss(notice), SHOWN_MS);
  };
  const attempt = async (work: Promise<unknown>) => {
    try {
      await work;
      return true;
    } catch (error) {
      notify(words.refused[error instanceof RequestRefused ? error.code : 'failed']);
      return false;
    }
  };
  const isThere = ({ chat, before }: Awaited) => newsSince(before, state[chat].messages).some(({ from }) => from.bot);
  const shown = notices.filter(({ announced }) => announced === undefined || !isThere(announced));
  return { shown, notify, attempt, dismiss };
}

export function Notices({ shown, dismiss }: { shown: readonly Notice[]; dismiss: (notice: Notice) => void }) {
  const { words } = usePage();
  const node = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // Shown anew, they stand over a dialog that was opened since.
    node.current?.hidePopover();
    if (shown.length > 0) node.current?.showPopover();
  }, [shown.length]);
  return (
    <div ref={node} class="notices" popover="manual">
      {shown.map((notice) => (
        <div key={notice} class="notice" role="alert">
          <p>{notice.sentence}</p>
          <IconButton icon="close" name={words.close} press={() => dismiss(notice)} />
        </div>
      ))}
    </div>
  );
}

const MAX_SPOKEN = 300;

/** Reads new and changed messages of others out to screen readers, whichever chat is open. */
export function Announcer() {
  const { state, words, self } = usePage();
  const known = useRef(state);
  const [spoken, setSpoken] = useState({ times: 0, text: '' });
  useEffect(() => {
    const others = CHATS.flatMap((chat) =>
      newsSince(known.current[chat].messages, state[chat].messages).filter(({ from }) => from.id !== self.id),
    );
    known.current = state;
    if (others.length === 0) return;
    const text = others.map((message) => `${message.from.name}: ${summary(message, words)}`).join('\n');
    setSpoken(({ times }) => ({ times: times + 1, text: text.slice(0, MAX_SPOKEN) }));
  }, [state]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {/* Anew each time: the same words may be said twice. */}
      <p key={spoken.times}>{spoken.text}</p>
    </div>
  );
}
