import type { Reason } from '../../../analysis/reasons.js';

/** After a photo's number, without a full stop. */
export const shortReasons: Readonly<Record<Reason, string>> = {
  disabled: 'heatmaps are switched off',
  busy: 'too much is waiting right now',
  memory: 'too little memory is free right now',
  timeout: 'it took too long',
  crashed: 'the program crashed on it',
  'no-positive-evidence': 'nothing in it speaks for this class',
  'unsupported-model': 'this model cannot make heatmaps',
  'unsupported-image': 'the file could not be opened as a picture',
  'too-large': 'the picture is too large',
  'photo-gone': 'the photo is no longer available',
  telegram: 'it did not get through Telegram',
  'no-rights': 'I may not send photos here, which an admin can allow',
  stopping: 'the bot is being restarted',
};
