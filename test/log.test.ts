import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { TelegramError } from 'telegraf';
import { describe, expect, test } from 'vitest';
import { createLog } from '../src/log.js';
import type { Log, LogLevel } from '../src/log.js';

const TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1';
const WEBHOOK_SECRET = 'x9_secret-of-the-hook';

/** What a log with these secrets wrote: as it stands, and each line read. */
function written(
  work: (log: Log) => void,
  { level = 'trace', secrets = [TOKEN, WEBHOOK_SECRET] }: { level?: LogLevel; secrets?: string[] } = {},
): { text: string; lines: Record<string, unknown>[] } {
  const destination = new PassThrough();
  work(createLog({ level, secrets, destination }));
  const text = String(destination.read() ?? '');
  const lines = text.split('\n').filter((line) => line !== '');
  return { text, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a line', () => {
  test('has the level by name, an ISO time, what was given, and nothing of the machine', () => {
    const { lines } = written((log) => {
      log.child({ chat: 'private' }).info({ update: 7 }, 'predicted');
    });
    const { time, ...rest } = lines[0] ?? {};
    expect(rest).toEqual({ level: 'info', chat: 'private', update: 7, msg: 'predicted' });
    expect(new Date(String(time)).toISOString()).toBe(time);
  });

  test('is not written below the level, nor any where it is silent', () => {
    const all = (log: Log) => {
      log.debug('debug');
      log.info('info');
      log.fatal('fatal');
    };
    expect(written(all, { level: 'info' }).lines.map(({ msg }) => msg)).toEqual(['info', 'fatal']);
    expect(written(all, { level: 'silent' }).text).toBe('');
  });

  test('has bytes as their number, whatever holds them', () => {
    const { text, lines } = written((log) => {
      log.info({ photo: Buffer.alloc(5000, 1), deep: { upload: { source: new Uint8Array(7) } } }, 'sent');
    });
    expect(lines[0]).toMatchObject({ photo: '[5000 bytes]', deep: { upload: { source: '[7 bytes]' } } });
    expect(text.length).toBeLessThan(300);
  });

  test('has an end, however long, wide, deep or round what was given is', () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    const { text, lines } = written((log) => {
      log.info({
        long: 'word '.repeat(1e5),
        solid: 'x'.repeat(1e5),
        wide: Array.from({ length: 1e5 }, () => 1),
        round,
      });
    });
    expect(text.length).toBeLessThan(4000);
    expect(lines[0]).toMatchObject({ solid: '[100000 characters]' });
  });
});

describe('secrets', () => {
  const link = `https://api.telegram.org/file/bot${TOKEN}/photos/file_12.jpg`;
  const failing = new Error(`request to https://api.telegram.org/bot${TOKEN}/getMe failed`, {
    cause: new Error(`at ${link}`, { cause: `tail ${TOKEN}` }),
  });

  test.each<[string, (log: Log) => void]>([
    [
      'in a message',
      (log) => {
        log.info(`starting ${TOKEN}`);
      },
    ],
    [
      'in a formatted message',
      (log) => {
        log.info('starting %s %o', TOKEN, { token: TOKEN });
      },
    ],
    [
      'in a field',
      (log) => {
        log.info({ token: TOKEN, list: [{ a: [TOKEN] }] });
      },
    ],
    [
      'in the name of a field',
      (log) => {
        log.info({ [TOKEN]: 1, deep: { [TOKEN]: 1 } });
      },
    ],
    [
      'in what a child log always says',
      (log) => {
        log.child({ token: TOKEN, err: failing }).info('hello');
      },
    ],
    [
      'in an error, its stack and its causes',
      (log) => {
        log.error(failing);
      },
    ],
    [
      'in an error under another name',
      (log) => {
        log.error({ why: failing, deep: { why: failing } }, 'x');
      },
    ],
    [
      'in a list of errors',
      (log) => {
        log.error({ errors: [failing, failing] }, 'x');
      },
    ],
    [
      'in an address',
      (log) => {
        log.info({ url: new URL(link) });
      },
    ],
    [
      'percent-encoded',
      (log) => {
        log.info({ url: `/bot${encodeURIComponent(TOKEN)}/getMe` });
      },
    ],
    [
      'in a text that is cut',
      (log) => {
        for (let at = 1950; at < 2000; at++) log.info({ text: `${'y '.repeat(at / 2)}${TOKEN} z` });
      },
    ],
    [
      'of the webhook',
      (log) => {
        log.info({ headers: { secret: WEBHOOK_SECRET } }, WEBHOOK_SECRET);
      },
    ],
  ])('are not told %s', (_where, work) => {
    const { text, lines } = written(work);
    expect(lines.length).toBeGreaterThan(0);
    for (const secret of [TOKEN, TOKEN.slice(-35), TOKEN.slice(0, 20), encodeURIComponent(TOKEN), WEBHOOK_SECRET]) {
      expect(text).not.toContain(secret);
    }
  });

  test("nor is another bot's token, nor where a file of any bot is", () => {
    const { text } = written((log) => {
      log.info(`token 42:${'a'.repeat(35)} and https://example.org/file/bot1:short/photos/file_3.jpg`);
    });
    expect(text).toContain('token [secret] and https://example.org/file/bot[secret]"');
  });

  test('what only looks like one a little is left alone', () => {
    const { lines } = written((log) => {
      log.info({ at: '2026-11-23T22:09:00.123Z', size: '1920:1080', id: -1001234567890, model: 'mobilenet:v2' });
    });
    expect(lines[0]).toMatchObject({
      at: '2026-11-23T22:09:00.123Z',
      size: '1920:1080',
      id: -1001234567890,
      model: 'mobilenet:v2',
    });
  });

  test.each(['1', 'true', 'e', '"', '{', '-'])('one as poor as %s breaks no line', (secret) => {
    const { lines } = written(
      (log) => {
        log.info({ here: `a${secret}b`, id: -11, yes: true }, 'said');
      },
      { secrets: [secret] },
    );
    expect(Object.values(lines[0] ?? {})).toContain(-11);
  });
});

describe('an error', () => {
  test("of Telegram's is told by code, description and method, without the upload and the response", () => {
    const error = new TelegramError(
      { error_code: 429, description: 'Too Many Requests: retry after 3', parameters: { retry_after: 3 } },
      { method: 'sendPhoto', payload: { chat_id: 99, caption: 'a face', photo: { source: Buffer.from('JPEG') } } },
    );
    const { text, lines } = written((log) => {
      log.error({ err: error }, 'could not send');
      log.child({ err: error }).error('could not send');
      log.error({ outcome: { error } }, 'could not send');
    });
    const told = {
      type: 'TelegramError',
      message: '429: Too Many Requests: retry after 3',
      code: 429,
      description: 'Too Many Requests: retry after 3',
      method: 'sendPhoto',
    };
    expect(lines[0]?.['err']).toEqual({ ...told, stack: expect.stringMatching(/^at .*log\.test\.ts/) as string });
    expect(lines[1]?.['err']).toMatchObject(told);
    expect(lines[2]?.['outcome']).toMatchObject({ error: told });
    for (const word of ['payload', 'caption', 'a face', 'JPEG', 'retry_after']) expect(text).not.toContain(word);
  });

  test('by itself gives the line its message', () => {
    const { lines } = written((log) => {
      log.error(new RangeError('too far'));
    });
    expect(lines[0]).toMatchObject({ level: 'error', msg: 'too far', err: { type: 'RangeError', message: 'too far' } });
  });

  test('has its causes, as far as they tell something', () => {
    let error = new Error('cause 0');
    for (let depth = 1; depth <= 20; depth++) error = new Error(`cause ${depth}`, { cause: error });
    const { text } = written((log) => {
      log.error({ err: error });
    });
    expect([...text.matchAll(/"message":"(cause \d+)"/g)].map(([, message]) => message)).toEqual(
      [20, 19, 18, 17, 16, 15].map((depth) => `cause ${depth}`),
    );
  });

  test('that is its own cause has an end', () => {
    const error = new Error('round');
    error.cause = error;
    const { lines } = written((log) => {
      log.error({ err: error });
    });
    expect(lines).toHaveLength(1);
  });

  test('that is none is told as it is', () => {
    const { lines } = written((log) => {
      log.error({ err: 'a text was thrown' });
    });
    expect(lines[0]).toMatchObject({ err: 'a text was thrown' });
  });
});

describe('as a process', () => {
  const run = promisify(execFile);
  const module = new URL('../dist/log.js', import.meta.url).href;
  const script = `
    const { createLog } = await import('${module}');
    const log = createLog({ level: 'info', secrets: ['${TOKEN}'] });
    for (let at = 0; at < 2000; at++) log.info({ at, token: '${TOKEN}' }, 'line');
    process.exit(3);`;

  test('every line before an exit is written, to stdout', async () => {
    const finished = (await run(process.execPath, ['--input-type=module', '-e', script]).catch(
      (error: unknown) => error,
    )) as {
      code: number;
      stdout: string;
      stderr: string;
    };
    expect(finished.code).toBe(3);
    expect(finished.stderr).toBe('');
    const lines = finished.stdout.trim().split('\n');
    expect(lines).toHaveLength(2000);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ at: 1999, token: '[secret]' });
  });

  // util-linux' script gives a child process a terminal.
  test.skipIf(!existsSync('/usr/bin/script'))('on a terminal people can read it, and no secret either', async () => {
    const command = `'${process.execPath}' --input-type=module -e "$LOG_SCRIPT"`;
    const env = { ...process.env, LOG_SCRIPT: script.replace('2000', '5'), NO_COLOR: '1', FORCE_COLOR: undefined };
    const finished = (await run('script', ['-qec', command, '/dev/null'], { env }).catch(
      (error: unknown) => error,
    )) as {
      stdout: string;
    };
    expect(finished.stdout.match(/INFO.*line/g)).toHaveLength(5);
    expect(finished.stdout).toContain('token: "[secret]"');
    expect(finished.stdout).not.toContain(TOKEN);
  });

  test("the command line's goes to stderr, from warnings on where the level is none", async () => {
    const { stdout, stderr } = await run(process.execPath, [
      '--input-type=module',
      '-e',
      `const { createLog } = await import('${module}');
       for (const level of [undefined, 'nonsense', 'info']) {
         createLog(level).info('info of ' + level);
         createLog(level).warn('warning of ' + level);
       }`,
    ]);
    expect(stdout).toBe('');
    expect([...stderr.matchAll(/"msg":"([^"]*)"/g)].map(([, msg]) => msg)).toEqual([
      'warning of undefined',
      'warning of nonsense',
      'info of info',
      'warning of info',
    ]);
  });
});
