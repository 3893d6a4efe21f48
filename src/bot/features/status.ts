import { Composer } from 'telegraf';
import { startAnswer } from '../start-answer.js';
import type { BotContext, Services } from '../context.js';
import type { StatusFigures } from '../messages/catalogue.js';
import { TelegramFailure } from '../telegram/client.js';
import { onCommand } from './on-command.js';

const MB = 2 ** 20;

/** What Telegram says of the updates it keeps for the bot; null where it does not answer. */
async function receivingFigures({ client }: Services): Promise<StatusFigures['receiving']> {
  try {
    const { pending_update_count: pending, last_error_message: lastError = null } = await client.call(
      'getWebhookInfo',
      {},
    );
    return { pending, lastError };
  } catch (error) {
    if (error instanceof TelegramFailure) return null;
    throw error;
  }
}

/** /status: queue, memory and cache, for the bot's own operators. */
export function statusFeature(services: Services): Composer<BotContext> {
  const { delivery, analysis, options, metrics } = services;
  const feature = new Composer<BotContext>();
  onCommand(feature, 'status', ({ ctx }) => {
    const { request } = ctx;
    const allowed = ctx.from !== undefined && options.adminIds.has(ctx.from.id);
    void startAnswer(services, request, async () => {
      if (!allowed) {
        await delivery.text(request.place, request.words.adminsOfBotOnly);
        return;
      }
      const { memory, ...status } = analysis.status();
      const figures = {
        ...status,
        uptimeSeconds: process.uptime(),
        model: analysis.model.name,
        backend: { name: analysis.model.backend, reason: analysis.model.backendReason },
        precision: analysis.model.precision,
        judged: options.feedback ? await metrics.judgements() : null,
        receiving: await receivingFigures(services),
        memory: { band: memory.band, usedMb: memory.usedBytes / MB, limitMb: memory.limitBytes / MB },
      };
      await delivery.text(request.place, request.words.status(figures));
    });
    return true;
  });
  return feature;
}
