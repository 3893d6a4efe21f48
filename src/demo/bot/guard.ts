/**
 * Loaded before the bot, which knows nothing of it: ends the bot when the demo is gone, however that ended. The channel
 * between the two breaks then; nothing is ever sent on it.
 */
process.once('disconnect', () => {
  process.kill(process.pid, 'SIGKILL');
});
process.channel?.unref();
