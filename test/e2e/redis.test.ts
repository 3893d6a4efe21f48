import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { launchBot, startBot, TOKEN } from '../support/bot.js';
import type { RunningBot } from '../support/bot.js';
import { answerTo, messageOf, smallModel, uploaded, words } from '../support/conversation.js';
import { photograph, unseen } from '../support/pictures.js';
import { privateChatIn } from '../support/private-chat.js';
import { environmentOf, HAS_PROC } from '../support/processes.js';
import { describeWithRedis, startRedis } from '../support/redis.js';
import { connectionTo } from '../support/redis-connection.js';

const model = await smallModel();

/** Resolves once its readiness has this status; gives what it says then. */
async function readiness(bot: RunningBot, wanted: number): Promise<string> {
  for (;;) {
    const { status, body } = await bot.get('/readyz');
    if (status === wanted) return body;
    await pause(20);
  }
}

describeWithRedis('a bot with REDIS_URL', () => {
  it('leaves to the next what was chosen, said and sent, and tells nobody the password', async () => {
    const server = await startRedis('--requirepass', 'open-sesame');
    const REDIS_URL = server.url.replace('//', '//:open-sesame@');
    const env = { MODEL: model, REDIS_URL };
    const world = await startBot(env);
    const { telegram, user, chat } = privateChatIn(world);
    const sent = await telegram.sendPhoto(user, chat, unseen(await photograph(1)));
    const heatmap = await answerTo(telegram, sent, 'sendPhoto');
    await answerTo(telegram, telegram.sendText(user, chat, '/language id'));
    const chosen = await answerTo(telegram, telegram.sendText(user, chat, '/colours turbo'));
    if (HAS_PROC) expect(environmentOf(world.bot.enginePid()).join('\n')).not.toContain('sesame');
    world.bot.signal('SIGKILL');
    await world.bot.exited;
    const after = telegram.calls.length;

    const next = await startBot(env, { telegram });
    expect(words(await answerTo(telegram, telegram.sendText(user, chat, '/help')))).toMatch(/Kirim satu foto/);
    expect(chosen.status).toBe(200);
    await answerTo(telegram, telegram.sendText(user, chat, '/language en'));
    await answerTo(telegram, telegram.sendText(user, chat, '/colours viridis'));
    telegram.sendText(user, chat, '/explain', { replyTo: messageOf(heatmap) });
    const again = await answerTo(telegram, sent, 'sendPhoto', { after });
    // By the name that Telegram gave it: neither the photo nor its heatmap was needed again.
    expect(uploaded(again)).toBeNull();
    expect(telegram.calls.slice(after).map(({ method }) => method)).not.toContain('getFile');
    expect(world.bot.output + next.bot.output).not.toContain('sesame');

    const { client } = await connectionTo({ url: REDIS_URL });
    const keys = await client.keys('*');
    const ends = await Promise.all(keys.map(async (key) => ({ key, lives: (await client.pttl(key)) > 0 })));
    expect(ends.filter(({ key }) => !key.startsWith('sorot:1:123456789:'))).toEqual([]);
    // The queue's own are few, however much goes through it.
    const lasting = ends.filter(({ lives }) => !lives).map(({ key }) => key);
    expect(lasting.filter((key) => !key.startsWith('sorot:1:123456789:updates:'))).toEqual([]);
    expect(lasting.length).toBeLessThan(10);
  });

  it('is not ready while Redis is away, and goes on where it was', async () => {
    const server = await startRedis();
    const world = await startBot({ MODEL: model, REDIS_URL: server.url });
    const { telegram, bot, user, chat } = privateChatIn(world);
    await readiness(bot, 200);
    await server.stop('SIGKILL');
    expect(await readiness(bot, 503)).toBe('{"reason":"redis-away"}');
    const sent = await telegram.sendPhoto(user, chat, unseen(await photograph(1)));
    await server.start();
    await answerTo(telegram, sent, 'sendPhoto');
    await readiness(bot, 200);
  });

  it('does not start on one that forgets, and says which line to change', async () => {
    const { url } = await startRedis('--appendonly', 'no');
    const bot = await launchBot({ BOT_TOKEN: TOKEN, MODEL: model, REDIS_URL: url });
    expect(await bot.exited).toBe(1);
    const { code, why, err } = await bot.line(({ level }) => level === 'fatal');
    expect([code, err]).toEqual(['not-durable', undefined]);
    expect(why).toContain('"appendonly yes"');
  });
});
