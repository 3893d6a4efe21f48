import { addressed, code, oneLine } from '../markup.js';
import type { Catalogue } from '../catalogue.js';

const place = { private: 'in this chat', group: 'in this group' };

export const settings = {
  languageQuestion: 'Which language should I use here?',
  languageSet: 'From now on I write English here.',
  heatmapState: (on, audience) =>
    on
      ? `Heatmaps are on ${place[audience]}. To do without them: <code>/heatmap off</code>`
      : `Heatmaps are off ${place[audience]}. To have them again: <code>/heatmap on</code>`,
  heatmapSet: (on) =>
    on ? 'Heatmaps are on from now on.' : 'Heatmaps are off from now on. The predictions go on as before.',
  heatmapOffForAll: 'Heatmaps are switched off for this whole bot by its operator. The predictions work as always.',
  autoState: (on) =>
    on
      ? 'I answer every photo in this group. To have answers only when asked: <code>/auto off</code>'
      : 'I answer in this group only when asked. To have every photo answered: <code>/auto on</code>',
  autoSet: (on) =>
    on ? 'From now on I answer every photo in this group.' : 'From now on I answer in this group only when asked.',
  autoInPrivate: 'This setting is for groups. Here I answer every photo anyway.',
  autoHidden: (bot) =>
    'This is on now, but I cannot see the photos of this group: Telegram’s privacy mode hides them from me. There are two ways to change that: make me an admin of this group, or ask my owner to turn privacy mode off in @BotFather (<code>/setprivacy</code>) and then add me to the group again.\n\n' +
    `Until then, reply to a photo with ${addressed('explain', bot)}.`,
  groupAdminsOnly: 'Only admins of this group can change that.',
  buttonAdminsOnly: (command) =>
    `Only admins of this group can change that. If you are one and anonymous, type ${oneLine(command)} instead.`,
  onOrOff: (command) => {
    const name = `/${oneLine(command).replace(/^\//, '')}`;
    return `Write ${code(`${name} on`)} or ${code(`${name} off`)}.`;
  },
} satisfies Partial<Catalogue>;
