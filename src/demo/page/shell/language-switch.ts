import type { Language } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { ask } from '../requests.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';
import type { Toasts } from './toasts.js';

/** Each in its own words, so that everybody finds theirs. */
const NAMES: Readonly<Record<Language, string>> = { en: 'English', id: 'Bahasa Indonesia' };

const CHOSEN = 'sorot-language';

/** The language of the app: the page and the bot follow it. */
export function createLanguageSwitch(store: Store, speech: Speech, toasts: Toasts): HTMLElement {
  const set = async (language: Language): Promise<void> => {
    const { self } = store;
    if (self === undefined || self.language === language) return;
    await toasts.succeeds(ask('/api/language', { person: self.id, language }));
  };
  const buttons = (['en', 'id'] as const).map((language) => {
    const made = button({ attributes: { lang: language } }, [NAMES[language]], () => {
      localStorage.setItem(CHOSEN, language);
      void set(language);
    });
    return { language, made };
  });
  const node = element(
    'div',
    { class: 'languages', attributes: { role: 'group' } },
    ...buttons.map(({ made }) => made),
  );
  speech.attribute(node, 'aria-label', ({ languageChoice }) => languageChoice);

  const follow = (): void => {
    const language = store.self?.language ?? 'en';
    speech.speak(language);
    for (const { language: its, made } of buttons) made.setAttribute('aria-pressed', String(its === language));
  };
  store.on('hello', () => {
    follow();
    if (beginsInIndonesian(store)) void set('id');
  });
  store.on('people', follow);
  return node;
}

/** A fresh chat speaks the browser's language, as Telegram takes that of the phone, until somebody chooses. */
function beginsInIndonesian(store: Store): boolean {
  const fresh = store.messages('private').length === 0 && localStorage.getItem(CHOSEN) === null;
  return fresh && navigator.language.toLowerCase().startsWith('id');
}
