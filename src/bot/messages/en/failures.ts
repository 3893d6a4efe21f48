import { MAX_FILE_MB } from '../../../limits.js';
import { count, either } from '../figures.js';
import { failuresHtml } from '../layout.js';
import { code, explainCommand, nameHtml } from '../markup.js';
import type { Catalogue } from '../catalogue.js';
import { shortReasons } from './short-reasons.js';

const language = 'en';
const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF and TIFF';
const RESEND_AS_PHOTO = 'Send it as a photo rather than as a file: Telegram then makes it smaller.';

const noHeatmap: Catalogue['noHeatmap'] = (reason, label) => {
  const again = `My answer above still holds. Reply to the photo with ${explainCommand(label, 'explain')} in a minute to try again.`;
  const why: Record<typeof reason, string> = {
    disabled: 'the operator has switched heatmaps off for this whole bot. My answer above still holds.',
    busy: `too many are waiting right now. ${again}`,
    memory: `I’m short of memory right now. ${again}`,
    timeout: `it took too long, so I stopped. ${again}`,
    crashed: `something broke while drawing it; it works again now. ${again}`,
    'no-positive-evidence': `nothing in this picture points to “${nameHtml(label)}”. Try another guess, such as <code>/explain 2</code>.`,
    'unsupported-model':
      'my model can’t point at places in a picture. My answer above still holds; for heatmaps the operator has to choose another model.',
    'unsupported-image':
      'I couldn’t open the photo to draw on it. My answer above still holds. Save the picture as a JPEG and send that.',
    'too-large': `the picture is too large to draw on. My answer above still holds. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'I no longer have the photo. Send it again.',
    telegram: `it got lost on its way through Telegram. ${again}`,
    'no-rights': `I may not send photos here. My answer above still holds. An admin can allow it; then reply to the photo with ${explainCommand(label, 'explain')}.`,
    stopping: `I’m being restarted. ${again}`,
  };
  return `No heatmap: ${why[reason]}`;
};

export const failures = {
  noPrediction: {
    disabled: 'Heatmaps are off here. Send the photo again to get my answer.',
    busy: 'Too many photos are waiting right now. Send those I haven’t answered again in a minute.',
    memory: 'I’m short of memory right now. Send the photo again in a minute.',
    timeout: 'This photo took too long, so I stopped. Send it again.',
    crashed:
      'Something broke while I looked at this photo; it works again now. Send it again; if that fails too, save the picture as a JPEG first.',
    'no-positive-evidence': 'Nothing in this picture points to that. Try another guess with /explain.',
    'unsupported-model': 'My model can’t make heatmaps. Send the photo again to get my answer.',
    'unsupported-image': `I couldn’t open this file as a picture. ${FORMATS} work; a HEIC from a phone works when you send it as a photo rather than as a file. If yours is one of these, it may be damaged: save it again and send that.`,
    'too-large': `This picture is too large: it has more than ${MAX_FILE_MB} MB or too many pixels. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'I no longer have this photo. Send it again.',
    telegram: 'I couldn’t get the photo from Telegram. Send it again.',
    'no-rights': 'I may not send photos here. An admin can allow it.',
    stopping: 'I’m being restarted. Send the photo again in a minute.',
  },
  noHeatmap,
  noAlbumHeatmaps: (failed) =>
    failuresHtml(failed, {
      language,
      title: failed.length === 1 ? 'One heatmap is missing.' : 'Some heatmaps are missing.',
      photos: (numbers, howMany) => `${howMany === 1 ? 'Photo' : 'Photos'} ${numbers}`,
      reasons: shortReasons,
      stands: 'My answers above still hold.',
      tryAgain: 'To try again, reply to a photo with /explain.',
    }),
  notAPicture: (what) => {
    const sentences: Record<typeof what, string> = {
      heic: 'This is a HEIC picture, which I can’t open. Send it as a photo rather than as a file: Telegram then turns it into a JPEG.',
      video: 'This is a video; I can only read still pictures. Send a screenshot of the moment you mean.',
      'animated-sticker': 'This sticker moves; I can only read still pictures. Send a still sticker or a photo.',
      file: `This file isn’t a picture I can open. ${FORMATS} work.`,
    };
    return sentences[what];
  },

  unknownLabel: (query, near) => {
    const sentence = `I don’t know “${nameHtml(query)}”.`;
    const all = 'All I know: /labels';
    if (near.length === 0) return `${sentence} ${all}`;
    return `${sentence} Did you mean ${either(near.map(nameHtml), language)}? ${all}`;
  },
  unknownRank: (rank, classes) =>
    classes === 1
      ? `I only have one guess. Use <code>/explain 1</code> instead of ${nameHtml(String(rank))}.`
      : `I only have guesses 1 to ${count(classes, language)}, not ${nameHtml(String(rank))}.`,
  unknownIndex: (index, classes) =>
    `I don’t know #${nameHtml(String(index))}. My numbers go from #0 to #${classes - 1}.`,
  noSuchPhoto: (photo) => `I have no answer for photo ${count(photo, language)} of this album.`,
  replyToThePhoto: 'I no longer know which photo that was about. Reply to the photo itself, or send it again.',
  unsupportedReply: 'There’s no photo in the message you replied to. Reply to a photo.',
  unknownCommand: (command) => `I don’t know the command ${code(`/${command.replace(/^\//, '')}`)}. All of them: /help`,
  notServed: (chatId) =>
    `I only work in selected chats. To add this one, give my operator this number: <code>${chatId}</code>`,
  unexpected: 'Sorry, something went wrong. Try again; if it keeps happening, tell whoever runs this bot.',
} satisfies Partial<Catalogue>;
