import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig, VARIABLES } from '../src/config.js';
import { MODELS_FOLDER } from '../src/models.js';
import { goldenFolder } from './support/folders.js';

const TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1';

/** The mistakes in an environment that is right but for these variables. */
function problems(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig({ BOT_TOKEN: TOKEN, ...env });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function read(env: NodeJS.ProcessEnv = {}) {
  return readConfig({ BOT_TOKEN: TOKEN, ...env });
}

describe('what is read', () => {
  test('a token is enough', () => {
    expect(read()).toEqual({
      bot: {
        token: TOKEN,
        apiRoot: 'https://api.telegram.org',
        mode: 'polling',
        adminIds: new Set(),
        allowedChats: null,
        language: 'en',
        feedback: true,
        colourMap: 'viridis',
      },
      http: { port: 8080, metricsFor: 'nobody' },
      model: { name: 'imagenet-1000', path: join(MODELS_FOLDER, 'imagenet-1000') },
      engine: { backend: 'auto', precision: 'float32' },
      analysis: {
        heatmaps: true,
        queueLimit: 100,
        personLimit: 20,
        heatmapTimeoutMs: 120_000,
        fetchTimeoutMs: 30_000,
        cacheEntries: 500,
        cacheTtlSeconds: 86_400,
      },
      role: 'all',
      log: { level: 'info' },
      shutdownMs: 20_000,
      warnings: [],
    });
  });

  test('every variable has its place', () => {
    const config = read({
      TELEGRAM_API_ROOT: 'http://127.0.0.1:8081//',
      BOT_MODE: 'Webhook',
      METRICS_TOKEN: 'metrics-token-for-tests',
      WEBHOOK_URL: 'https://bot.example.org:8443/hook/a%20b',
      WEBHOOK_SECRET: 'a-secret_of-16-or-more',
      ADMIN_IDS: '1, 22,333',
      ALLOWED_CHATS: '-1001234567890 42',
      LANGUAGE_DEFAULT: 'ID',
      PORT: '0',
      HOST: '::1',
      MODEL: goldenFolder('pooling-dense'),
      LAYER: 'out_relu',
      METHOD: 'Grad-CAM',
      RANGE: '-1, 1',
      BACKEND: 'wasm',
      PRECISION: 'float32',
      COLOUR_MAP: 'turbo',
      HEATMAP: 'off',
      HEATMAP_TIMEOUT_S: '1',
      DOWNLOAD_TIMEOUT_S: '300',
      CONCURRENCY: '4',
      QUEUE_LIMIT: '1000',
      PERSON_LIMIT: '100',
      MEMORY_LIMIT_MB: '512',
      CACHE_ENTRIES: '0',
      CACHE_TTL_S: '0',
      FEEDBACK: 'no',
      STATE_FILE: 'state.json',
      ROLE: 'worker',
      REDIS_URL: 'rediss://someone:pass%2Fword@redis.example.org:6380/3',
      LOG_LEVEL: 'silent',
      SHUTDOWN_S: '1',
    });
    expect(config).toEqual({
      bot: {
        token: TOKEN,
        apiRoot: 'http://127.0.0.1:8081',
        mode: {
          webhook: {
            url: 'https://bot.example.org:8443/hook/a%20b',
            path: '/hook/a%20b',
            secret: 'a-secret_of-16-or-more',
          },
        },
        adminIds: new Set([1, 22, 333]),
        allowedChats: new Set([-1001234567890, 42]),
        language: 'id',
        feedback: false,
        colourMap: 'turbo',
      },
      http: { port: 0, host: '::1', metricsFor: { token: 'metrics-token-for-tests' } },
      model: { name: 'pooling-dense', path: goldenFolder('pooling-dense') },
      engine: { layer: 'out_relu', method: 'gradcam', range: [-1, 1], backend: 'wasm', precision: 'float32' },
      analysis: {
        heatmaps: false,
        concurrency: 4,
        queueLimit: 1000,
        personLimit: 100,
        heatmapTimeoutMs: 1000,
        fetchTimeoutMs: 300_000,
        cacheEntries: 0,
        cacheTtlSeconds: 0,
        memoryLimitBytes: 512 * 2 ** 20,
      },
      role: 'worker',
      stateFile: 'state.json',
      redisUrl: 'rediss://someone:pass%2Fword@redis.example.org:6380/3',
      log: { level: 'silent' },
      shutdownMs: 1000,
      warnings: ['STATE_FILE has no effect, because REDIS_URL is set.'],
    });
  });

  test('what is empty, or only spaces, is unset, and spaces around a value are none of it', () => {
    const names = Object.keys(VARIABLES).filter((name) => name !== 'BOT_TOKEN');
    expect(read(Object.fromEntries(names.map((name, at) => [name, ' '.repeat(at % 3)])))).toEqual(read());
    expect(readConfig({ BOT_TOKEN: ` ${TOKEN}\n` })).toEqual(read());
  });

  test.each([
    ...['on', 'true', '1', 'yes', 'ON', 'True'].map((text) => [text, true] as const),
    ...['off', 'false', '0', 'no', 'OFF', 'No'].map((text) => [text, false] as const),
  ])('HEATMAP=%s', (text, heatmaps) => {
    expect(read({ HEATMAP: text }).analysis.heatmaps).toBe(heatmaps);
  });

  test('a model in a folder given from here', () => {
    expect(read({ MODEL: 'models/imagenet-1000' }).model).toEqual({
      name: 'imagenet-1000',
      path: join(MODELS_FOLDER, 'imagenet-1000'),
    });
  });
});

describe('the webhook', () => {
  const address = (env: NodeJS.ProcessEnv) => {
    const { mode } = read({ BOT_MODE: 'webhook', ...env }).bot;
    return mode === 'polling' ? mode : mode.webhook;
  };

  test.each([
    [{ WEBHOOK_URL: 'https://a.example' }, 'https://a.example/telegram', '/telegram'],
    [{ WEBHOOK_URL: 'https://a.example/' }, 'https://a.example/telegram', '/telegram'],
    [{ WEBHOOK_URL: 'https://a.example/b/' }, 'https://a.example/b/', '/b/'],
    [{ WEBHOOK_URL: 'http://localhost:1234/b?c=d' }, 'http://localhost:1234/b?c=d', '/b'],
    [{ WEBHOOK_URL: 'http://[::1]:1234' }, 'http://[::1]:1234/telegram', '/telegram'],
    [{ RAILWAY_PUBLIC_DOMAIN: 'sorot.up.railway.app' }, 'https://sorot.up.railway.app/telegram', '/telegram'],
    [{ RAILWAY_PUBLIC_DOMAIN: 'b.example', WEBHOOK_URL: 'https://a.example/x' }, 'https://a.example/x', '/x'],
  ])('%o', (env, url, path) => {
    expect(address(env)).toMatchObject({ url, path });
  });

  test('has a secret where none is set: the same for all processes of a bot, another for each bot, as Telegram takes it', () => {
    const tokens = [TOKEN, TOKEN, `1${TOKEN}`];
    const webhooks = tokens.map((token) => address({ WEBHOOK_URL: 'https://a.example', BOT_TOKEN: token }));
    const [one, same, other] = webhooks.map((webhook) => (typeof webhook === 'object' ? webhook.secret : ''));
    expect(one).toMatch(/^[A-Za-z0-9_-]{40,256}$/);
    expect(one).toBe(same);
    expect(one).not.toBe(other);
    for (const part of TOKEN.split(':')) expect(one).not.toContain(part);
  });

  test('needs an address', () => {
    expect(problems({ BOT_MODE: 'webhook' })).toEqual([
      expect.stringMatching(/^WEBHOOK_URL: expected an https address .*because BOT_MODE is webhook, got nothing$/),
    ]);
  });

  test('is set by receivers, which need a Redis as workers do', () => {
    for (const role of ['receiver', 'worker'])
      expect(problems({ ROLE: role })).toEqual([
        expect.stringMatching(`^REDIS_URL: expected a redis or rediss address.* because ROLE is ${role}, got nothing$`),
      ]);
    expect(problems({ ROLE: 'all' })).toEqual([]);
  });

  test('must not hide what the server answers itself', () => {
    expect(problems({ WEBHOOK_URL: 'https://a.example/metrics' })[0]).toContain('none of /healthz, /readyz, /metrics');
  });
});

describe('mistakes', () => {
  test('are told all at once, a line each, in the order of the table', () => {
    const told = problems({ BOT_TOKEN: '', PORT: '80a', MODEL: 'nothing-here', HEATMAP: 'perhaps', SHUTDOWN_S: '301' });
    expect(told).toEqual([
      'BOT_TOKEN: expected a token from @BotFather (digits, a colon, 35 letters and digits), got nothing',
      'PORT: expected a whole number from 0 to 65535, got "80a"',
      'MODEL: expected a name from models/, or a Keras, ONNX or TensorFlow.js model: a file, a folder or a zip, got "nothing-here" (in models/: imagenet-1000)',
      'HEATMAP: expected on or off, got "perhaps"',
      'SHUTDOWN_S: expected a whole number of seconds from 1 to 300, got "301"',
    ]);
  });

  test('are in the message of the error as well', () => {
    expect(() => readConfig({ BOT_TOKEN: TOKEN, PORT: '-1', CONCURRENCY: '5' })).toThrow(
      'The settings hold 2 mistakes:\n' +
        'PORT: expected a whole number from 0 to 65535, got "-1"\n' +
        'CONCURRENCY: expected a whole number of processes from 1 to 4, got "5"',
    );
  });

  test.each([
    ['HEATMAP_TIMEOUT_S', ['0', '601', '1.5', '1e2', '0x10', '5s', '-1', '9'.repeat(30)]],
    ['DOWNLOAD_TIMEOUT_S', ['0', '301']],
    ['SHUTDOWN_S', ['0', '301']],
    ['CONCURRENCY', ['0', '5']],
    ['QUEUE_LIMIT', ['0', '1001']],
    ['PERSON_LIMIT', ['0', '101']],
    ['CACHE_ENTRIES', ['-1', '10001']],
    ['CACHE_TTL_S', ['-1', '604801']],
    ['MEMORY_LIMIT_MB', ['63', '1048577', '512MB']],
    ['PORT', ['-1', '65536', '8080/tcp']],
    ['BOT_MODE', ['push']],
    [
      'WEBHOOK_URL',
      ['a.example', 'http://a.example', 'https://a.example:8080', 'ftp://localhost', 'https://u:p@a.example', '/x'],
    ],
    ['RAILWAY_PUBLIC_DOMAIN', ['https://a.example', 'a.example/x', 'a example']],
    ['ADMIN_IDS', ['-1', '0', '1;2', '@somebody', '1,2,x', ',']],
    ['ALLOWED_CHATS', ['0', '1.5', '@channel', '99999999999999999']],
    ['LANGUAGE_DEFAULT', ['de', 'english']],
    ['TELEGRAM_API_ROOT', ['api.telegram.org', 'ftp://a.example', 'http://u:p@a.example', 'https://a.example/?x=1']],
    ['HOST', ['a host', 'http://localhost']],
    ['MODEL', ['models', '~/model', '../..']],
    ['METHOD', ['cam', 'ablationcam']],
    ['RANGE', ['0', '0,0', '0,1,2', 'a,b', '0,', '0,Infinity', 'tf']],
    ['BACKEND', ['gpu']],
    ['PRECISION', ['int4', 'float16']],
    ['COLOUR_MAP', ['jet']],
    ['HEATMAP', ['maybe', '2']],
    ['FEEDBACK', ['sometimes']],
    ['LOG_LEVEL', ['verbose', '30']],
  ])('%s is not any of %j', (name, values) => {
    for (const value of values) {
      const told = problems({ [name]: value });
      expect(told, value).toHaveLength(1);
      expect(told[0], value).toMatch(new RegExp(`^${name}: expected .+, got "`));
    }
  });

  test.each([
    ['HEATMAP_TIMEOUT_S', ['1', '600', '007']],
    ['PORT', ['0', '65535']],
    ['MEMORY_LIMIT_MB', ['64', '1048576']],
    ['CACHE_ENTRIES', ['0', '10000']],
    ['CACHE_TTL_S', ['0', '604800']],
    ['WEBHOOK_SECRET', ['a', 'Z9_-'.repeat(64)]],
    ['METHOD', ['hirescam', 'HiRes_CAM', 'layercam', 'Grad-CAM++', 'Score-CAM', 'smoothed']],
    ['RANGE', ['0,255', '1,-1', '-0.5,0.5', 'caffe', 'Torch']],
  ])('%s may be any of %j', (name, values) => {
    for (const value of values) expect(problems({ [name]: value }), value).toEqual([]);
  });

  test('show a long value cut, and what it holds that breaks lines as such', () => {
    const [told = ''] = problems({ HEATMAP: `\u001b[31mon\n${'x'.repeat(1000)}` });
    expect(told).not.toMatch(/\n|\u001b/);
    expect(told.length).toBeLessThan(130);
  });
});

describe('secrets in mistakes', () => {
  test.each([
    ['12 characters', 'abcdefghijkl', '12 characters without a colon'],
    ['one character', 'a', '1 character without a colon'],
    ['cut', TOKEN.slice(0, 20), '20 characters 9 of them before the colon and 10 after it'],
    ['in quotation marks', `"${TOKEN}"`, 'in quotation marks'],
    ['with spaces', TOKEN.replace(':', ': '), 'with spaces in it'],
    ['the wrong way round', TOKEN.split(':').reverse().join(':'), 'not only digits before it'],
    ['an address', `https://api.telegram.org/bot${TOKEN}/`, 'with characters that do not belong there'],
  ])('a token %s is told by its shape only', (_what, token, shape) => {
    const [told = ''] = problems({ BOT_TOKEN: token });
    expect(told).toContain(`, got ${token.length} character`);
    expect(told).toContain(shape);
    for (let at = 0; at + 6 <= token.length; at++) expect(told).not.toContain(token.slice(at, at + 6));
  });

  test('a webhook secret as well', () => {
    const [told = ''] = problems({ WEBHOOK_SECRET: 'not so secret!' });
    expect(told).toMatch(/^WEBHOOK_SECRET: expected 1 to 256 letters .*, got 14 characters/);
    expect(told).not.toContain('not so');
    expect(problems({ WEBHOOK_SECRET: 'x'.repeat(257) })[0]).toContain('257 characters');
  });

  test.each([
    'http://:hidden@host',
    'redis://:hidden@',
    'redis://:hidden@host/name',
    'redis://:hid%den@host',
    'hidden',
  ])('the address of a Redis as well: %s', (url) => {
    const [told = ''] = problems({ REDIS_URL: url });
    expect(told).toMatch(/^REDIS_URL: expected a redis or rediss address, .*, got \d+ characters/);
    expect(told).not.toMatch(/hid/);
  });

  test('what is needed of an address of a Redis is its host', () => {
    for (const url of ['redis://host', 'rediss://u:p%40ss@host:6380/15', 'redis://[::1]:6379', 'redis://127.0.0.1/']) {
      expect(read({ REDIS_URL: url }).redisUrl).toBe(url);
    }
  });

  test.each([
    ['ADMIN_IDS', TOKEN],
    ['WEBHOOK_URL', `http://a.example/bot${TOKEN}`],
    ['TELEGRAM_API_ROOT', `https://api.telegram.org/bot${encodeURIComponent(TOKEN)}/?`],
    ['HOST', `a ${TOKEN}`],
    ['TELEGRAM_API_ROOT', 'https://user:pa55word@a.example'],
  ])('what was pasted into %s by mistake is not told', (name, value) => {
    const [told = 'nothing'] = problems({ [name]: value });
    expect(told).toContain('[secret]');
    expect(told).not.toMatch(/AAHdq|pa55/);
  });
});

describe('warnings', () => {
  test.each([
    ['BOT_TOKN', 'BOT_TOKEN'],
    ['bot_token', 'BOT_TOKEN'],
    ['HEATMAP_TIMEOUT', 'HEATMAP_TIMEOUT_S'],
    ['CACHE_TTL', 'CACHE_TTL_S'],
    ['HEATMAPS', 'HEATMAP'],
    ['COLOR_MAP', 'COLOUR_MAP'],
    ['ADMIN_ID', 'ADMIN_IDS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
  ])('%s looks like %s; what it holds is not told', (name, meant) => {
    const { warnings } = read({ [name]: 'its value' });
    expect(warnings).toEqual([`${name} is not a setting; is ${meant} meant?`]);
  });

  test('stand beside the mistakes, for they often explain one', () => {
    expect(problems({ BOT_TOKEN: undefined, BOT_TOKN: TOKEN })).toEqual([
      expect.stringMatching(/^BOT_TOKEN: .* got nothing$/),
      'BOT_TOKN is not a setting; is BOT_TOKEN meant?',
    ]);
  });

  test('none come of what machines, shells, containers and tools set', () => {
    const usual =
      'PATH HOME HOST HOSTNAME HOSTTYPE PWD OLDPWD USER USERNAME LOGNAME SHELL SHLVL TERM LANG LANGUAGE LC_ALL EDITOR VISUAL ' +
      'PAGER MAIL TMPDIR DISPLAY PORT PORTS HTTP_PORT MODE NODE_ENV NODE_VERSION NODE_PATH NODE_OPTIONS npm_config_cache ' +
      'YARN_VERSION MANPATH INFOPATH COLORTERM LS_COLORS SSH_TTY SSH_CLIENT SSH_AUTH_SOCK XDG_RUNTIME_DIR XDG_SESSION_ID ' +
      'DBUS_SESSION_BUS_ADDRESS INVOCATION_ID JOURNAL_STREAM SYSTEMD_EXEC_PID MALLOC_ARENA_MAX UV_THREADPOOL_SIZE ' +
      'RAILWAY_PRIVATE_DOMAIN RAILWAY_PROJECT_ID RAILWAY_PROJECT_NAME RAILWAY_SERVICE_ID RAILWAY_ENVIRONMENT ' +
      'RAILWAY_STATIC_URL RAILWAY_REPLICA_ID RAILWAY_DEPLOYMENT_ID RAILWAY_TCP_PROXY_DOMAIN KUBERNETES_PORT ' +
      'KUBERNETES_SERVICE_HOST DYNO MEMORY_AVAILABLE WEB_CONCURRENCY SOROT_CACHE_DIR http_proxy HTTPS_PROXY NO_PROXY ' +
      'PYTHONPATH JAVA_HOME GOPATH VIRTUAL_ENV CI GITHUB_ACTIONS MODULE MODULES LABELS MANAGER LAYOUT';
    const env = Object.fromEntries(usual.split(' ').map((name) => [name, 'x']));
    expect(read({ ...env, HOST: 'localhost', PORT: '1' }).warnings).toEqual([]);
    expect(readConfig({ ...process.env, BOT_TOKEN: TOKEN }).warnings).toEqual([]);
  });

  test('come of settings that are hardly meant so', () => {
    const { warnings } = read({
      WEBHOOK_URL: 'https://a.example',
      WEBHOOK_SECRET: 'short',
      QUEUE_LIMIT: '10',
      PERSON_LIMIT: '11',
    });
    expect(warnings.map((line) => line.split(' ')[0])).toEqual(['WEBHOOK_URL', 'WEBHOOK_SECRET', 'PERSON_LIMIT']);
    expect(warnings.join()).not.toContain('short');
  });
});
