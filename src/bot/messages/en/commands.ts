import { addressed } from '../markup.js';
import type { Catalogue } from '../catalogue.js';

const FORMS = [
  '<code>/explain 2</code> – the second guess',
  '<code>/explain dog</code> – anything I know, by its name (/labels)',
];

export const commands = {
  start: (audience, bot) =>
    (audience === 'private'
      ? [
          '🔦 Hi, I’m <b>Sorot</b>. Send me a photo and I’ll tell you what I see, and show you why.',
          '',
          'The answer comes at once, then a heatmap over your photo with the parts that mattered.',
          '',
          'What I know: /labels. Everything else: /help',
        ]
      : [
          '🔦 Hi, I’m <b>Sorot</b>. I say what I see in a photo, and show why with a heatmap.',
          '',
          `Reply to any photo here with ${addressed('explain', bot)}. I keep quiet unless you ask.`,
          '',
          `Everything else: ${addressed('help', bot)}`,
        ]
    ).join('\n'),
  help: (audience, bot) => (audience === 'private' ? privateHelp : groupHelp(bot)),
  privacy: [
    '<b>What happens to your photos</b>',
    'I keep a photo in memory while I work on it, and a short time after that so that /explain is quick. I never write it to disk or use it for training.',
    '',
    'Also in memory, never on disk: the results, under the id Telegram gives the file, for a day at most unless the operator says otherwise; the ids of the photos you sent and of my answers to them, for a day; and what an album was asked for, for a minute. A restart forgets all of it. Only the settings of a chat may be kept in a file.',
    '',
    'The log holds sizes and timings, but no names, texts or pictures. If you tap 👍 or 👎, I count it and log the guess and its percentage, nothing about you or the photo. Telegram keeps the chat itself, and the computer I run on belongs to whoever operates this bot.',
  ].join('\n'),
  explainUsage: (audience, bot) =>
    audience === 'private'
      ? ['Which photo? Send one, or reply to one with /explain. You can also write:', ...FORMS].join('\n')
      : `Which photo? Reply to one with ${addressed('explain', bot)}, or put it in a photo’s caption.`,
  predictUsage: (audience, bot) =>
    audience === 'private'
      ? 'Which photo? Send one, or reply to one with /predict.'
      : `Which photo? Reply to one with ${addressed('predict', bot)}, or put it in a photo’s caption.`,
  replyHint: 'To see why, reply “why?”, “why dog?” or “the second one”. All I know: /labels',
  hint: 'Send me a photo, and I will say what I see and why. What else I can do: /help',
  commands: {
    explain: 'Show why: a heatmap for the photo you reply to or sent last',
    predict: 'Say what a photo shows, without a heatmap',
    labels: 'List what I know',
    model: 'Facts about the model',
    settings: 'Heatmaps, language, colours',
    language: 'English or Indonesian',
    heatmap: 'Switch heatmaps on or off in this chat',
    auto: 'Answer every photo in this group, or only when asked',
    help: 'How to use this bot',
    privacy: 'What happens to your photos',
    start: 'What this bot does',
    status: 'For the operator: load, memory, uptime',
  },
  description:
    'Send a photo: I say at once what I see, then show why, as a heatmap over your photo.\n\nIn a group, reply to a photo with /explain.\n\nPhotos are never written to disk.',
  shortDescription: 'I say what I see in your photo and show why, as a heatmap.',
  commandNames: {},
} satisfies Partial<Catalogue>;

const privateHelp = [
  '<b>Photos</b>',
  'Send a photo, several at once, or a still sticker. Image files work too: JPEG, PNG, WebP, AVIF, TIFF, and the first picture of a GIF. Of a video I see the preview frame. You get my best guesses, then a heatmap of what mattered for the first one. The buttons under it show the others.',
  '',
  '<b>Ask why</b>',
  '/explain – the first guess for your last photo',
  ...FORMS,
  'Reply to a photo with these to ask about it; your own words work too: “why dog?”. Of an album, <code>/explain 3 dog</code> asks about the third photo.',
  '',
  '<b>More</b>',
  '/predict – the guesses without a heatmap',
  '/labels – what I know',
  '/model – facts about the model',
  '/settings – heatmaps, language, colours',
  '/privacy – what happens to your photos',
].join('\n');

function groupHelp(bot: string): string {
  const explain = addressed('explain', bot);
  return [
    '<b>Ask about a photo</b>',
    'Reply to any photo here, or put it in a photo’s caption:',
    `${explain} – what it shows, and a heatmap of why`,
    `${addressed('predict', bot)} – what it shows, nothing more`,
    `<code>${explain} 2</code> – why the second guess`,
    `<code>${explain} dog</code> – why a dog, or anything else of ${addressed('labels', bot)}`,
    'Otherwise I keep quiet.',
    '',
    '<b>For the admins of this group</b>',
    `${addressed('settings', bot)} – whether I answer every photo, heatmaps, language, colours`,
    '',
    `<b>More</b>\n${addressed('model', bot)}, ${addressed('privacy', bot)}`,
  ].join('\n');
}
