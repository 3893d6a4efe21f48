import type { Message } from 'telegraf/types';
import { Composer } from 'telegraf';
import type { Command } from '../addressing.js';
import type { BotContext } from '../context.js';
import type { CommandName } from '../messages/catalogue.js';

/** What a command's handler is given: the message it stands in, what follows it, and the update's context. */
export interface Commanded {
  readonly ctx: BotContext;
  readonly message: Message;
  readonly command: Command;
}

/**
 * Handles one command, in a text or in a caption, where it is meant for this bot. A handler that returns false leaves
 * the message to the features after it.
 */
export function onCommand(
  feature: Composer<BotContext>,
  name: CommandName,
  handle: (commanded: Commanded) => Promise<boolean | undefined> | boolean | undefined,
): void {
  feature.on('message', async (ctx, next) => {
    const { command } = ctx;
    if (command?.name !== name) return next();
    if ((await handle({ ctx, message: ctx.message, command })) === false) return next();
  });
}
