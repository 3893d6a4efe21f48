import type { Reason } from '../../../analysis/reasons.js';

/** After a photo's number, without a full stop. */
export const shortReasons: Readonly<Record<Reason, string>> = {
  disabled: 'heatmaps are switched off',
  busy: 'too much is waiting right now',
  memory: 'I’m short of memory right now',
  timeout: 'it took too long',
  crashed: 'something broke while I worked on it',
  'no-positive-evidence': 'nothing in it points to my guess',
  'unsupported-model': 'my model can’t make heatmaps',
  'unsupported-image': 'I couldn’t open the file as a picture',
  'too-large': 'the picture is too large',
  'photo-gone': 'I no longer have the photo',
  telegram: 'it got lost on its way through Telegram',
  'no-rights': 'I may not send photos here, which an admin can allow',
  stopping: 'I’m being restarted',
};
