import type { Catalogue } from '../catalogue.js';
import { answers } from './answers.js';
import { commands } from './commands.js';
import { failures } from './failures.js';
import { operation } from './operator.js';
import { settings } from './choices.js';

export const en: Catalogue = {
  language: 'en',
  languageName: 'English',
  ...answers,
  ...failures,
  ...commands,
  ...settings,
  ...operation,
};
