import { Composer } from 'telegraf';
import { startAnswer } from '../start-answer.js';
import type { BotContext, Services } from '../context.js';
import { onCommand } from './on-command.js';

const MB = 2 ** 20;

/** /status: queue, memory and cache, for the bot's own operators. */
export function statusFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis, options } = services;
  const feature = new Composer<BotContext>();
  onCommand(feature, 'status', ({ ctx }) => {
    const { request } = ctx;
    const allowed = ctx.from !== undefined && options.adminIds.has(ctx.from.id);
    startAnswer(services, request, async () => {
      const { memory, ...status } = analysis.status();
      const figures = {
        ...status,
        uptimeSeconds: process.uptime(),
        model: analysis.model.name,
        memory: { band: memory.band, usedMb: memory.usedBytes / MB, limitMb: memory.limitBytes / MB },
      };
      await delivery.text(request.place, allowed ? request.words.status(figures) : request.words.adminsOfBotOnly);
    });
    return true;
  });
  return feature;
}
