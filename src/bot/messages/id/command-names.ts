import type { Catalogue } from '../catalogue.js';

/** What people type; the English names work as well. */
export const commandNames = {
  explain: 'jelaskan',
  predict: 'prediksi',
  language: 'bahasa',
  settings: 'pengaturan',
  help: 'bantuan',
} as const satisfies Catalogue['commandNames'];
