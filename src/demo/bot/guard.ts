import { endGroup } from './group.js';

/**
 * Loaded before the bot, which knows nothing of it: ends the bot when the demo is gone, however that ended. The channel
 * between the two breaks then; nothing is ever sent on it.
 */
process.once('disconnect', () => {
  endGroup(process.pid);
});
process.channel?.unref();
