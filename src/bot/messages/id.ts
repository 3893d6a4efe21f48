import type { Catalogue } from './catalogue.js';
import { answers } from './id/answers.js';
import { commands } from './id/commands.js';
import { failures } from './id/failures.js';
import { operation } from './id/operation.js';
import { settings } from './id/settings.js';

export const id: Catalogue = {
  language: 'id',
  languageName: 'Bahasa Indonesia',
  ...answers,
  ...failures,
  ...commands,
  ...settings,
  ...operation,
};
