import type { Catalogue } from '../catalogue.js';
import { answers } from './answers.js';
import { asking } from './asking.js';
import { commands } from './commands.js';
import { failures } from './failures.js';
import { operation } from './operator.js';
import { settings } from './choices.js';

export const id: Catalogue = {
  language: 'id',
  languageName: 'Bahasa Indonesia',
  asking,
  ...answers,
  ...failures,
  ...commands,
  ...settings,
  ...operation,
};
