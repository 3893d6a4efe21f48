import type * as v from 'valibot';
import { LANGUAGES } from '../languages.js';
import { MOST_ENGINES } from '../limits.js';
import { LOG_LEVELS } from '../log.js';
import { DEFAULT_MODEL, modelHint } from '../models.js';
import { BACKEND_CHOICES } from '../vision/backend-choice.js';
import { METHODS } from '../vision/cam/methods.js';
import { COLOUR_MAPS, DEFAULT_COLOUR_MAP } from '../vision/image/colour-maps.js';
import { PRECISION_CHOICES } from '../vision/int8/precision-choice.js';
import { EXPECTED_RANGE } from '../vision/pixel-range.js';
import {
  apiRoot,
  ids,
  matching,
  method,
  model,
  oneOf,
  onOrOff,
  range,
  redisUrl,
  webhookUrl,
  wholeNumber,
} from './schemas.js';
import { defaulted, listed, number, optional, required, secret } from './variable.js';
import type { Variable } from './variable.js';

/** The webhook's path where none is given. */
export const DEFAULT_WEBHOOK_PATH = '/telegram';

export const ROLES = ['all', 'receiver', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Paths that the server answers itself. */
const OWN_PATHS = ['/healthz', '/readyz', '/metrics'];

/** Every variable that the bot reads, in the order in which people are told of them. */
export const VARIABLES = {
  BOT_TOKEN: secret(
    required(
      matching(/^\d+:[A-Za-z0-9_-]{20,}$/),
      'a token from @BotFather (digits, a colon, 35 letters and digits)',
      'Which bot this is, and its key; without it npm start is the demo, except in production.',
    ),
  ),
  BOT_MODE: defaulted(
    oneOf(['polling', 'webhook']),
    'polling',
    'polling or webhook',
    'How updates come: fetched from Telegram, or sent by it to WEBHOOK_URL.',
  ),
  WEBHOOK_URL: optional(
    webhookUrl(OWN_PATHS, DEFAULT_WEBHOOK_PATH),
    `https://RAILWAY_PUBLIC_DOMAIN${DEFAULT_WEBHOOK_PATH}`,
    `an https address on port 443, 80, 88 or 8443 (http for this machine only), whose path is none of ${OWN_PATHS.join(', ')}`,
    `Where Telegram sends updates in webhook mode; without a path ${DEFAULT_WEBHOOK_PATH} is taken.`,
  ),
  RAILWAY_PUBLIC_DOMAIN: optional(
    matching(/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/),
    'none, outside Railway',
    'a host name such as sorot.up.railway.app',
    'Set by Railway; gives the address in webhook mode where WEBHOOK_URL is not set.',
  ),
  WEBHOOK_SECRET: secret(
    optional(
      matching(/^[A-Za-z0-9_-]{1,256}$/),
      'one derived from BOT_TOKEN',
      '1 to 256 letters from A to Z, digits, underscores and hyphens',
      'What Telegram proves itself with when it calls the webhook.',
    ),
  ),
  ADMIN_IDS: optional(
    ids('people'),
    'nobody',
    'user ids (positive whole numbers) separated by commas or spaces',
    'Users who may see /status.',
  ),
  ALLOWED_CHATS: optional(
    ids('chats'),
    'everybody',
    'chat ids (whole numbers, negative for groups) separated by commas or spaces',
    "Chats that are served, a private one by its person's user id; others get no answer, guests a sentence.",
  ),
  LANGUAGE_DEFAULT: defaulted(
    oneOf(LANGUAGES),
    'en',
    listed(LANGUAGES),
    "The language for those whose Telegram speaks none of the bot's.",
  ),
  TELEGRAM_API_ROOT: defaulted(
    apiRoot(),
    'https://api.telegram.org',
    'an http or https address',
    'The Bot API server, for those who run their own.',
  ),
  PORT: number(
    0,
    65_535,
    8080,
    '',
    'Port of /healthz, /readyz, /metrics and the webhook, in the demo of the chat page; 0 takes a free one.',
  ),
  HOST: optional(
    matching(/^[A-Za-z0-9.:_-]{1,253}$/),
    'all of this machine',
    'an address or host name of this machine',
    'The address that PORT is opened on.',
  ),
  METRICS_TOKEN: secret(
    optional(
      matching(/^[A-Za-z0-9._~+/=-]{16,256}$/),
      'nobody reads /metrics but on an address of this machine alone (HOST=127.0.0.1)',
      '16 to 256 letters, digits and signs out of . _ ~ + / = -',
      'What whoever reads /metrics sends as a bearer token.',
    ),
  ),
  MODEL: {
    ...defaulted(
      model(),
      DEFAULT_MODEL,
      'a name from models/, or a Keras, ONNX or TensorFlow.js model: a file, a folder or a zip',
      'The classifier.',
    ),
    hint: modelHint,
  },
  LAYER: optional(
    matching(/^[^\0]+$/),
    'the last feature map',
    "a layer's name",
    'The layer that heatmaps are computed from.',
  ),
  METHOD: optional(method(), 'what suits the model', listed(METHODS), 'How heatmaps are computed.'),
  RANGE: optional(
    range(),
    "the model's, else a guess",
    EXPECTED_RANGE,
    'What pixel values 0 and 255 become, or a preprocessing of Keras by its name.',
  ),
  BACKEND: defaulted(
    oneOf(BACKEND_CHOICES),
    'auto',
    listed(BACKEND_CHOICES),
    'What runs the network; auto is onnx, and wasm where that cannot.',
  ),
  PRECISION: defaulted(
    oneOf(PRECISION_CHOICES),
    'float32',
    listed(PRECISION_CHOICES),
    'What the network computes in; auto is int8, twice as fast, where the model is calibrated and the processor has VNNI.',
  ),
  COLOUR_MAP: defaulted(oneOf(COLOUR_MAPS), DEFAULT_COLOUR_MAP, listed(COLOUR_MAPS), 'Colours of the heatmap.'),
  HEATMAP: defaulted(
    onOrOff(),
    'on',
    'on or off',
    'Whether there are heatmaps; off answers faster and needs less memory.',
  ),
  FEEDBACK: defaulted(
    onOrOff(),
    'on',
    'on or off',
    'Whether 👍 and 👎 under a prediction ask if it was right; they are counted, nothing else.',
  ),
  HEATMAP_TIMEOUT_S: number(1, 600, 120, 'seconds', 'A heatmap not ready by then is given up, and its work stopped.'),
  DOWNLOAD_TIMEOUT_S: number(1, 300, 30, 'seconds', 'The longest that fetching a photo from Telegram may take.'),
  CONCURRENCY: optional(
    wholeNumber(1, MOST_ENGINES),
    'one for each core, as far as memory goes',
    `a whole number of processes from 1 to ${MOST_ENGINES}`,
    'Vision processes; each takes a core and about 100 MB, 260 with BACKEND=tensorflow.',
  ),
  QUEUE_LIMIT: number(
    1,
    1000,
    100,
    'photos',
    'Photos waiting for a prediction at most; one more is told that the bot is busy.',
  ),
  PERSON_LIMIT: number(
    1,
    100,
    20,
    'photos',
    'Photos of one person that wait for their answer at most; the rest is refused, which is told once.',
  ),
  MEMORY_LIMIT_MB: optional(
    wholeNumber(64, 1_048_576),
    "the container's, else 512",
    'a whole number of megabytes from 64 to 1048576',
    'Memory that the bot keeps within.',
  ),
  CACHE_ENTRIES: number(0, 10_000, 500, 'photos', 'Photos whose prediction is remembered; 0 remembers none.'),
  CACHE_TTL_S: number(0, 604_800, 86_400, 'seconds', 'How long they are remembered; 0 is for ever, in Redis two days.'),
  STATE_FILE: optional(
    matching(/^[^\0]+$/),
    'what chats have chosen is forgotten at a restart',
    'the path of a file, in a folder that is there',
    'Where the settings of chats are kept.',
  ),
  REDIS_URL: secret(
    optional(
      redisUrl(),
      'everything is kept in memory, by one process',
      'a redis or rediss address, such as redis://:PASSWORD@HOST:6379',
      'The Redis that keeps what is remembered, for any number of processes of one bot.',
    ),
  ),
  ROLE: defaulted(
    oneOf(ROLES),
    'all',
    listed(ROLES),
    'What this process does of what several share by REDIS_URL: a receiver takes updates, a worker answers them.',
  ),
  LOG_LEVEL: defaulted(oneOf(LOG_LEVELS), 'info', listed(LOG_LEVELS), 'The least important lines that are logged.'),
  SHUTDOWN_S: number(1, 300, 20, 'seconds', 'How long work in flight may take to end after SIGTERM.'),
} satisfies Readonly<Record<string, Variable>>;

export type VariableName = keyof typeof VARIABLES;

/** What was read of each variable. */
export type Settings = { readonly [Name in VariableName]: v.InferOutput<(typeof VARIABLES)[Name]['schema']> };
