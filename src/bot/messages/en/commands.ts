import { addressed, italic } from '../markup.js';
import type { Catalogue } from '../catalogue.js';

const FORMS = [
  '<code>/explain 2</code> – the second guess',
  '<code>/explain dog</code> – a class by its name (/labels)',
];

export const commands = {
  start: (model, audience, bot) =>
    (audience === 'private'
      ? [
          '🔦 <b>Sorot</b> says what it sees in a photo and shows why.',
          '',
          'Send me a photo. The answer comes at once; then a heatmap over your photo shows which parts spoke for it.',
          '',
          `Model: ${italic(model)}. What it knows: /labels. Everything else: /help`,
        ]
      : [
          '🔦 <b>Sorot</b> says what it sees in a photo and shows why, as a heatmap.',
          '',
          `Reply to any photo here with ${addressed('explain', bot)}. I keep quiet unless you ask.`,
          '',
          `Model: ${italic(model)}. Everything else: ${addressed('help', bot)}`,
        ]
    ).join('\n'),
  help: (audience, bot) => (audience === 'private' ? privateHelp : groupHelp(bot)),
  privacy: [
    '<b>What happens to your photos</b>',
    'A photo is kept in memory while it is worked on, and a short time after that so that /explain is quick. It is never written to disk and never used for training.',
    '',
    'Also in memory, never on disk: the results, under the id Telegram gives the file, for a day at most unless the operator says otherwise; the ids of the photos you sent and of my answers to them, for a day; what an album was asked for, for a minute; and the settings of a chat. A restart forgets all of it.',
    '',
    'The log holds sizes and timings, but no names, texts or pictures. Telegram keeps the chat itself, and the computer this bot runs on is in the care of its operator.',
  ].join('\n'),
  explainUsage: (audience, bot) =>
    audience === 'private'
      ? ['Which photo? Send one, or reply to one with /explain. You can also write:', ...FORMS].join('\n')
      : `Which photo? Reply to one with ${addressed('explain', bot)}, or write that under a photo you send.`,
  predictUsage: (audience, bot) =>
    audience === 'private'
      ? 'Which photo? Send one, or reply to one with /predict.'
      : `Which photo? Reply to one with ${addressed('predict', bot)}, or write that under a photo you send.`,
  replyHint: 'To see why, reply “why?”, “why dog?” or “the second one”. All I know: /labels',
  hint: 'Send me a photo, and I will say what I see and why. What else I can do: /help',
  commands: {
    explain: 'Show why: a heatmap for the photo you reply to or sent last',
    predict: 'Say what a photo shows, without a heatmap',
    labels: 'List what the model knows',
    model: 'Facts about the model',
    language: 'English or Indonesian',
    heatmap: 'Switch heatmaps on or off in this chat',
    auto: 'Answer every photo in this group, or only when asked',
    help: 'How to use this bot',
    privacy: 'What happens to your photos',
    start: 'What this bot does',
    status: 'For the operator: load, memory, uptime',
  },
  description:
    'Send a photo: Sorot says at once what it sees, then shows why, as a heatmap over your photo.\n\nIn a group, reply to a photo with /explain.\n\nPhotos are never written to disk.',
  shortDescription: 'Says what it sees in your photo and shows why, as a heatmap.',
} satisfies Partial<Catalogue>;

const privateHelp = [
  '<b>Photos</b>',
  'Send a photo, several at once, or a still sticker. Image files work too: JPEG, PNG, WebP, AVIF, TIFF, and the first picture of a GIF. Of a video I see the preview frame. You get the best guesses, then a heatmap that shows what spoke for the first one.',
  '',
  '<b>Ask why</b>',
  '/explain – the first guess for your last photo',
  ...FORMS,
  'Sent as a reply to a photo, they are about that photo. You can also reply in your own words: “why dog?”',
  '',
  '<b>More</b>',
  '/predict – the guesses without a heatmap',
  '/labels – what the model knows',
  '/model – facts about the model',
  '<code>/heatmap off</code> – guesses only, a little faster',
  '/language – English or Indonesian',
  '/privacy – what happens to your photos',
].join('\n');

function groupHelp(bot: string): string {
  const explain = addressed('explain', bot);
  return [
    '<b>Ask about a photo</b>',
    'Reply to any photo here, or write under one you send:',
    `${explain} – what it shows, and a heatmap of why`,
    `${addressed('predict', bot)} – what it shows, nothing more`,
    `<code>${explain} 2</code> – why the second guess`,
    `<code>${explain} dog</code> – why this class, any of ${addressed('labels', bot)}`,
    'Otherwise I keep quiet.',
    '',
    '<b>Settings, for the admins of this group</b>',
    `<code>${addressed('auto', bot)} on</code> – I answer every photo here (<code>off</code>: only when asked)`,
    `<code>${addressed('heatmap', bot)} off</code> – guesses only (<code>on</code>: with heatmaps again)`,
    '',
    `<b>More</b>\n${addressed('model', bot)}, ${addressed('language', bot)}, ${addressed('privacy', bot)}`,
  ].join('\n');
}
