import { LANGUAGES } from '../languages.js';
import { COLOUR_MAPS } from '../vision/image/colour-maps.js';
import { catalogueOf } from './messages/index.js';
import type { ChatSettings } from './state/chat-settings.js';

const SWITCH: Readonly<Record<string, boolean>> = { on: true, off: false };

/** Where each person's own language is used. */
export const OWN_LANGUAGE = 'own';

function languageSetting(wanted: string): ChatSettings | null {
  if (wanted === OWN_LANGUAGE) return { language: undefined };
  const found = LANGUAGES.find(
    (language) => language === wanted || catalogueOf(language).languageName.toLowerCase() === wanted,
  );
  return found === undefined ? null : { language: found };
}

/**
 * The change that words such as "heatmaps off", "language id" or "colours viridis" name, as typed and as buttons carry
 * it; null where they name none.
 */
export function namedSetting(words: string): ChatSettings | null {
  const [name = '', ...rest] = words.trim().toLowerCase().split(/\s+/);
  const value = rest.join(' ');
  switch (name) {
    case 'heatmaps':
    case 'auto': {
      const on = SWITCH[value];
      return on === undefined ? null : { [name]: on };
    }
    case 'language':
      return languageSetting(value);
    case 'colours': {
      const colours = COLOUR_MAPS.find((each) => each === value);
      return colours === undefined ? null : { colours };
    }
    default:
      return null;
  }
}
