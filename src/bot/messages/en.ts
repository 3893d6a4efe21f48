import type { Catalogue } from './catalogue.js';
import { answers } from './en/answers.js';
import { commands } from './en/commands.js';
import { failures } from './en/failures.js';
import { operation } from './en/operation.js';
import { settings } from './en/settings.js';

export const en: Catalogue = {
  language: 'en',
  languageName: 'English',
  ...answers,
  ...failures,
  ...commands,
  ...settings,
  ...operation,
};
