import { useEffect, useState } from 'preact/hooks';
import type { ChatKey, DemoState, Language, MessageView, PersonView } from '../protocol.js';
import { Chat, FIELD_ID } from './chat.js';
import { Compare } from './compare.js';
import { Icon } from './controls.js';
import { Dialog } from './dialog.js';
import { Faults } from './faults.js';
import { Log } from './log.js';
import { Announcer, Notices, useNotices } from './notices.js';
import { CHATS, PageContext, usePage } from './page.js';
import { ask } from './server.js';
import { CATALOGUES } from './words/words.js';
import type { Words } from './words/words.js';

const PANELS = { faults: Faults, log: Log } as const;

/** Everything but what is said when there is no demo: the chats, the panels, and what lies over them. */
export function Desk({ state, self, words }: { state: DemoState; self: PersonView; words: Words }) {
  const chat = useChat();
  const { shown, notify, attempt, dismiss } = useNotices(state, words);
  const [panel, setPanel] = useState<keyof typeof PANELS | null>(null);
  const [replyTo, reply] = useOf<MessageView>(chat);
  const [compared, compare] = useOf<MessageView>(chat);
  const page = { state, language: self.language, words, self, chat, notify, attempt, reply, compare };
  const Panel = panel && PANELS[panel];
  const opener = (name: keyof typeof PANELS) => (
    <button
      type="button"
      aria-expanded={panel === name}
      aria-label={words[name]}
      onClick={() => setPanel(panel === name ? null : name)}
    >
      <Icon name={name} />
      <span>{words[name]}</span>
    </button>
  );
  return (
    <PageContext.Provider value={page}>
      <button type="button" class="skip" onClick={() => document.getElementById(FIELD_ID)?.focus()}>
        {words.toMessageField}
      </button>
      <header class="top">
        <h1>
          <img src="/icon.svg" alt="" /> Sorot
        </h1>
        <nav aria-label={words.chats}>
          {CHATS.map((key) => (
            <a key={key} href={`#${key}`} aria-current={key === chat ? 'page' : undefined}>
              {state[key].title}
            </a>
          ))}
        </nav>
        <div class="tools">
          {opener('faults')}
          {opener('log')}
          <Languages />
        </div>
      </header>
      <div class="desk">
        <Chat key={chat} replyTo={replyTo} />
        {Panel && (
          <Dialog key={panel} kind="panel" name={words[panel]} close={() => setPanel(null)}>
            <Panel />
          </Dialog>
        )}
      </div>
      {compared && <Compare heatmap={compared} close={() => compare(null)} />}
      <Notices shown={shown} dismiss={dismiss} />
      <Announcer />
    </PageContext.Provider>
  );
}

/** The open chat. It stands in the address behind `#`, so that the browser's own back and a bookmark lead to it. */
function useChat(): ChatKey {
  const read = () => CHATS.find((key) => `#${key}` === location.hash) ?? 'private';
  const [chat, setChat] = useState(read);
  useEffect(() => {
    window.addEventListener('hashchange', () => setChat(read));
  }, []);
  return chat;
}

/** Something that belongs to one chat, and is not there in another. */
function useOf<Kept>(chat: ChatKey) {
  const [last, setLast] = useState<{ readonly chat: ChatKey; readonly kept: Kept | null } | null>(null);
  return [last?.chat === chat ? last.kept : null, (kept: Kept | null) => setLast({ chat, kept })] as const;
}

const CHOSEN = 'sorot-language';

/** The language of the app: the page and the bot follow it. */
function Languages() {
  const { state, self, words, language, attempt } = usePage();
  const set = (wanted: Language) => {
    if (wanted !== language) void attempt(ask('/api/language', { person: self.id, language: wanted }));
  };
  useEffect(() => {
    // A fresh chat speaks the browser's language, as Telegram takes that of the phone, until somebody chooses.
    const isFresh = state.private.messages.length === 0 && localStorage.getItem(CHOSEN) === null;
    if (isFresh && navigator.language.toLowerCase().startsWith('id')) set('id');
  }, []);
  const choose = (wanted: Language) => {
    localStorage.setItem(CHOSEN, wanted);
    set(wanted);
  };
  return (
    <div class="languages" role="group" aria-label={words.languageChoice}>
      {(['en', 'id'] as const).map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-label={CATALOGUES[one].name}
          aria-pressed={one === language}
          onClick={() => choose(one)}
        >
          {one.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
