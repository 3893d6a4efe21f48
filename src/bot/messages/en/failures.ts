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
  const again = `The prediction stands. For the heatmap, reply to the photo with ${explainCommand(label)} in a minute.`;
  const why: Record<typeof reason, string> = {
    disabled: 'the operator has switched heatmaps off for this whole bot. The prediction stands.',
    busy: `too many heatmaps are waiting right now. ${again}`,
    memory: `too little memory is free right now. ${again}`,
    timeout: `it took too long and was stopped. ${again}`,
    crashed: `the program that draws it crashed and has been restarted. ${again}`,
    'no-positive-evidence': `nothing in this picture speaks for “${nameHtml(label)}”, which is an answer in itself. Try another class, such as <code>/explain 2</code>.`,
    'unsupported-model':
      'this model does not show reliably where things are in a picture. The prediction stands, but heatmaps need another model.',
    'unsupported-image':
      'the photo could not be opened to draw on it. The prediction stands. For the heatmap, save the picture as a JPEG and send that.',
    'too-large': `the picture is too large to draw on. The prediction stands. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'the photo is no longer available. Send it again.',
    telegram: `Telegram did not pass on the photo or the heatmap. ${again}`,
    'no-rights': `I may not send photos here. The prediction stands. An admin can allow it; then reply to the photo with ${explainCommand(label)}.`,
    stopping: `this bot is being restarted. ${again}`,
  };
  return `Heatmap unavailable: ${why[reason]}`;
};

export const failures = {
  noPrediction: {
    disabled: 'Heatmaps are switched off here. Send the photo again to get its prediction.',
    busy: 'Too many photos are waiting right now. Send those without an answer again in a minute.',
    memory: 'Too little memory is free right now. Send the photo again in a minute.',
    timeout: 'Looking at this photo took too long and was stopped. Send it again.',
    crashed:
      'The program that looks at photos crashed on this one and has been restarted. Send it again; if that fails too, save the picture as a JPEG first.',
    'no-positive-evidence': 'Nothing in this picture speaks for that class. Try another one with /explain.',
    'unsupported-model': 'This model cannot make heatmaps. Send the photo again to get its prediction.',
    'unsupported-image': `This file could not be opened as a picture. ${FORMATS} work; a HEIC from a phone works when you send it as a photo rather than as a file. If yours is one of these, it may be damaged: save it anew and send that.`,
    'too-large': `This picture is too large: it has more than ${MAX_FILE_MB} MB or too many pixels. ${RESEND_AS_PHOTO}`,
    'photo-gone': 'This photo is no longer available. Send it again.',
    telegram: 'The photo could not be fetched from Telegram. Send it again.',
    'no-rights': 'I may not send photos here. An admin can allow it.',
    stopping: 'This bot is being restarted. Send the photo again in a minute.',
  },
  noHeatmap,
  noAlbumHeatmaps: (failed) =>
    failuresHtml(failed, {
      language,
      title: failed.length === 1 ? 'One heatmap is unavailable.' : 'Some heatmaps are unavailable.',
      photos: (numbers, howMany) => `${howMany === 1 ? 'Photo' : 'Photos'} ${numbers}`,
      reasons: shortReasons,
      stands: 'The predictions stand.',
      tryAgain: 'To try again, reply to a photo with /explain.',
    }),
  notAPicture: (what) => {
    const sentences: Record<typeof what, string> = {
      heic: 'This is a HEIC picture, which cannot be opened here. Send it as a photo rather than as a file: Telegram then turns it into a JPEG.',
      video: 'This is a video, and only still pictures work here. Send a screenshot of the moment you mean.',
      'animated-sticker': 'This sticker moves, and only still pictures work here. Send a still sticker or a photo.',
      file: `This file is not a picture that can be opened here. ${FORMATS} work.`,
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
      ? `There is no guess ${nameHtml(String(rank))}: this model has one class only. Use <code>/explain 1</code>.`
      : `There is no guess ${nameHtml(String(rank))}. Choose a number from 1 to ${count(classes, language)}.`,
  unknownIndex: (index, classes) =>
    `There is no class #${nameHtml(String(index))}. They go from #0 to #${classes - 1}.`,
  replyToThePhoto: 'The photo behind this message is no longer available. Reply to the photo itself, or send it again.',
  unsupportedReply: 'There is no photo in the message you replied to. Reply to a photo.',
  unknownCommand: (command) => `There is no command ${code(`/${command.replace(/^\//, '')}`)}. All of them: /help`,
  notServed: (chatId) =>
    `This bot serves certain chats only. If it should serve this one, give its operator this number: <code>${chatId}</code>`,
  unexpected: 'Something went wrong here. Try again; if it keeps happening, tell whoever runs this bot.',
} satisfies Partial<Catalogue>;
