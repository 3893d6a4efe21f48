import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { smallModel } from '../support/conversation.js';
import { launch } from '../support/demo.js';
import { OpenPage } from '../support/open-page.js';
import { photograph } from '../support/pictures.js';
import { childrenOf, HAS_PROC, untilGone, visionProcesses } from '../support/processes.js';

/** Where the model is no matter, one that is loaded in a moment. */
const MODEL = await smallModel();

/** A port of loopback that something listens on. */
async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

/** The bot of a demo, and its vision process. */
function processesOf(demo: number): number[] {
  const bots = childrenOf(demo);
  return [...bots, ...bots.flatMap((bot) => visionProcesses(bot))];
}

describe('without a token', () => {
  it('there is a page at the address that is printed, and nothing else is said', async () => {
    const demo = await launch();
    const address = await demo.address();
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(demo.output).toMatch(/Ctrl\+C ends it/);
    expect(demo.output).not.toMatch(/connected to Telegram/);
    expect(await demo.stop()).toBe(0);
    expect(demo.errors).toBe('');
  });

  it('the settings of a bot that was to receive by webhook change nothing', async () => {
    const demo = await launch({
      MODEL,
      BOT_MODE: 'webhook',
      WEBHOOK_URL: 'https://example.org/hook',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
      ALLOWED_CHATS: '1',
      HOST: '203.0.113.1',
      LOG_LEVEL: 'silent',
      LANG: 'id_ID.UTF-8',
    });
    const page = await OpenPage.open(await demo.address());
    const asked = await page.write('Ayu', 'private', '/model');
    expect((await page.answerTo('private', asked)).text?.text).toMatch(/Jumlah kelas:/);
    expect(demo.output).toMatch(/Ctrl\+C untuk berhenti/);
    page.close();
    expect(await demo.stop()).toBe(0);
  });

  it('or with an empty one, the bot can be read along where somebody asks for its log', async () => {
    const demo = await launch({ MODEL, BOT_TOKEN: '', LOG_LEVEL: 'info' });
    await demo.address();
    await demo.printed(/connected to Telegram/);
    expect(await demo.stop()).toBe(0);
  });

  it('or with a blank one, a port that is taken is no reason not to start: the next one is said', async () => {
    const port = await takenPort();
    const demo = await launch({ MODEL, BOT_TOKEN: '  ', PORT: String(port) });
    const address = await demo.address();
    expect(Number(new URL(address).port)).toBeGreaterThan(port);
    expect(demo.output).toContain(`Port ${port} is taken`);
    expect((await fetch(address)).status).toBe(200);
    expect(await demo.stop()).toBe(0);
  });
});

describe('in production', () => {
  it.each([
    { NODE_ENV: 'production' },
    { RAILWAY_ENVIRONMENT: 'production' },
    { DYNO: 'web.1' },
    { K_SERVICE: 'sorot' },
  ])('a missing token is a mistake: %o', async (env) => {
    const started = await launch(env);
    expect(await started.exited).toBe(2);
    expect(started.errors).toMatch(/BOT_TOKEN/);
    expect(started.output).not.toMatch(/localhost/);
  });
});

describe('a wrong setting ends the demo as it would end the bot', () => {
  it.each([
    [{ MODEL: 'nonsense' }, /MODEL/],
    [{ HEATMAP: 'perhaps', QUEUE_LIMIT: 'many' }, /HEATMAP[^]*QUEUE_LIMIT/],
    [{ PORT: 'eighty' }, /PORT/],
  ])('%o', async (env, complaint) => {
    const demo = await launch(env);
    expect(await demo.exited).toBe(2);
    expect(demo.errors).toMatch(complaint);
    expect(demo.output).not.toMatch(/localhost/);
  });
});

describe.runIf(HAS_PROC)('every process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s', async (signal) => {
    const demo = await launch({ MODEL });
    await demo.address();
    const others = processesOf(demo.pid);
    expect(others.length).toBeGreaterThanOrEqual(2);
    demo.signal(signal);
    expect(await demo.exited).toBe(0);
    await Promise.all(others.map(untilGone));
  });

  it('ends where the demo is killed, a vision process that stands still too', async () => {
    const demo = await launch({ MODEL });
    const page = await OpenPage.open(await demo.address());
    await page.post('/api/fault', { name: 'deadline' });
    const photo = await page.send('Ayu', 'private', [await photograph(1)]);
    await page.answerTo('private', photo);
    page.close();
    const others = processesOf(demo.pid);
    expect(others.length).toBeGreaterThanOrEqual(2);
    demo.signal('SIGKILL');
    await demo.exited;
    await Promise.all(others.map(untilGone));
  });

  it('is started again where the bot dies, but not for ever', async () => {
    const demo = await launch({ MODEL });
    const page = await OpenPage.open(await demo.address());
    for (let comebacks = 0; comebacks < 3; comebacks++) {
      const told = page.events.length;
      const [bot = 0] = childrenOf(demo.pid);
      process.kill(bot, 'SIGKILL');
      await page.until(() => page.events.slice(told).some((event) => event.botState?.state === 'ready'));
    }
    const asked = await page.write('Ayu', 'private', '/model');
    await page.answerTo('private', asked);
    const [bot = 0] = childrenOf(demo.pid);
    process.kill(bot, 'SIGKILL');
    await page.until(() => page.state.botState.state === 'ended');
    expect(page.state.botState).toMatchObject({ why: expect.stringContaining('SIGKILL') as unknown });
    await page.write('Ayu', 'private', 'Halo?');
    expect(childrenOf(demo.pid)).toEqual([]);
    expect(page.state.log.some(({ text }) => text.includes('not started again'))).toBe(true);
    page.close();
  });
});
