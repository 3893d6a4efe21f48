import type { Middleware } from 'telegraf';
import { BoundedCache } from '../analysis/cache.js';
import type { BotContext } from './context.js';

/**
 * Update ids remembered. Telegram sends an update again when its answer got lost, which is within the last few hundred.
 */
const REMEMBERED = 5000;

/** Lets every update through once, however often Telegram sends it. */
export function dropDuplicates(): { readonly middleware: Middleware<BotContext>; readonly close: () => void } {
  const seen = new BoundedCache<true>({ limit: REMEMBERED });
  return {
    middleware: async (ctx, next) => {
      const id = String(ctx.update.update_id);
      if (seen.has(id)) return;
      seen.set(id, true);
      await next();
    },
    close: () => {
      seen.close();
    },
  };
}
