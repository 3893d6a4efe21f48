import { addressed, oneLine } from '../markup.js';
import type { Catalogue } from '../catalogue.js';

export const settings = {
  settings: (audience) =>
    audience === 'private'
      ? '<b>Settings of this chat</b>\nHeatmaps, language, and the colours of heatmaps: tap what you want.'
      : '<b>Settings of this group</b>\nWhich photos I answer, heatmaps, language, and the colours of heatmaps: admins tap what they want.',
  settingButtons: {
    heatmaps: (on) => (on ? 'Heatmaps: on' : 'Heatmaps: off'),
    auto: (on) => (on ? 'I answer: every photo' : 'I answer: only when asked'),
    ownLanguage: 'As my Telegram says',
    colours: { inferno: 'Yellow–red', turbo: 'Rainbow', viridis: 'Yellow–green', magma: 'Cream–purple' },
  },
  languageSet: 'OK, English from now on.',
  heatmapSet: (on) => (on ? 'You’ll get heatmaps again.' : 'No more heatmaps here. You’ll still get the guesses.'),
  heatmapOffForAll: 'The operator has switched heatmaps off for this whole bot. You’ll still get the guesses.',
  autoSet: (on) =>
    on ? 'OK, I’ll answer every photo in this group.' : 'OK, I’ll answer in this group only when asked.',
  autoInPrivate: 'That is for groups. Here I answer every photo anyway.',
  autoHidden: (bot) =>
    'That is on now, but I can’t see the photos of this group: Telegram’s privacy mode hides them from me. Make me an admin here, or ask my owner to turn privacy mode off in @BotFather (<code>/setprivacy</code>) and then add me to the group again.\n\n' +
    `Until then, reply to a photo with ${addressed('explain', bot)}.`,
  groupAdminsOnly: 'Only admins of this group can change that.',
  buttonAdminsOnly: (command) =>
    `Only admins of this group can change that. If you are one and anonymous, type ${oneLine(command)} instead.`,
} satisfies Partial<Catalogue>;
