import type { IncomingMessage } from 'node:http';
import PQueue from 'p-queue';
import { Hono } from 'hono';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { LocalTelegramError } from 'local-telegram';
import type { Actions } from '../actions.js';
import type { Cast } from '../cast.js';
import { RefusedError } from '../errors.js';
import { examplePicture } from '../examples.js';
import type { FaultSwitch } from '../faults/index.js';
import type { Feed } from '../feed.js';
import type { Maps } from '../maps.js';
import type { Answers, Refused, Requests } from '../protocol.js';
import { BODIES, jsonBody } from './bodies.js';
import { EventStreams } from './events.js';
import { readForm } from './form.js';
import { IMPORT_MAP, pageFile } from './page-files.js';
import { ownPageOnly, strictHeaders } from './security.js';
import type { Web } from './security.js';
import { sentFile } from './sent-files.js';

export interface RouteParts {
  readonly cast: Cast;
  readonly actions: Actions;
  readonly feed: Feed;
  readonly faults: FaultSwitch;
  readonly maps: Maps;
  /** What the addresses of sent files begin with, after `/files/`. */
  readonly run: string;
  readonly port: () => number;
  readonly closing: AbortSignal;
  /** What nobody foresaw. */
  readonly onFailure: (error: unknown) => void;
}

const STATUS: Readonly<Record<Refused['error'], ContentfulStatusCode>> = {
  'bad-request': 400,
  'too-large': 413,
  'empty-file': 400,
  'long-caption': 400,
  unknown: 404,
  'not-a-member': 403,
  busy: 409,
  'no-map': 422,
  failed: 500,
};

/** Forms with files read at a time, up to 200 MB each, and those that wait for it. */
const FORMS_AT_A_TIME = 1;
const MAX_WAITING_FORMS = 8;

type PathOf = keyof Requests;
type Doing = { readonly [Path in PathOf]: (body: Requests[Path]) => Answers[Path] | Promise<Answers[Path]> };

/** Everything the page can ask for, and what the server answers. */
export function routes(parts: RouteParts): Hono<Web> {
  const { cast, feed, run, port, closing } = parts;
  const app = new Hono<Web>();
  const streams = new EventStreams(feed, closing);
  app.use(strictHeaders(IMPORT_MAP), ownPageOnly(port));

  app.get('/', async (context) => (await pageFile(context, 'index.html')) ?? context.notFound());
  app.get('/events', (context) => streams.answer(context));
  app.get('/examples/:file{[a-z]+\\.jpg}', async (context) => {
    const bytes = await examplePicture(context.req.param('file').slice(0, -'.jpg'.length));
    return sentFile(context, bytes);
  });
  app.get(`/files/${run}/:id`, (context) => sentFile(context, cast.telegram.fileBytes(context.req.param('id'))));

  const doing = actionsOf(parts);
  for (const path of Object.keys(doing) as PathOf[]) {
    app.post(path, async (context) => {
      const body = await jsonBody(context.env.incoming, BODIES[path]);
      return context.json(await (doing[path] as DoAny)(body));
    });
  }
  const forms = new PQueue({ concurrency: FORMS_AT_A_TIME });
  app.post('/api/files', async (context) => {
    if (forms.size >= MAX_WAITING_FORMS) throw new RefusedError('busy', 'Other files are being read.');
    await forms.add(() => receiveFiles(parts, context.env.incoming));
    return context.json({});
  });

  app.get('/*', async (context) => (await pageFile(context, context.req.path.slice(1))) ?? context.notFound());
  app.notFound((context) => context.json({ error: 'unknown' } satisfies Refused, 404));
  app.onError((error, context) => refused(context, error, parts.onFailure));
  return app;
}

/** The schemas are held against the requests where they stand; per path the compiler cannot follow that. */
type DoAny = (body: unknown) => object | Promise<object>;

function actionsOf({ cast, actions, faults, maps }: RouteParts): Doing {
  return {
    '/api/text': async (body) => {
      if (mayAskForHeatmap(body)) await faults.beforeUpdate();
      actions.text(body);
      return {};
    },
    '/api/example': async ({ name, ...writing }) => {
      const files = [{ name: `${name}.jpg`, bytes: await examplePicture(name) }];
      await actions.files(writing, { files, as: 'photo' });
      return {};
    },
    '/api/press': async (body) => {
      await faults.beforeUpdate();
      return { query: actions.press(body) };
    },
    '/api/language': ({ person, language }) => {
      cast.setLanguage(person, language);
      return {};
    },
    '/api/group': (body) => {
      actions.group(body);
      return {};
    },
    '/api/fault': async ({ name }) => {
      await faults.switchTo(name);
      return {};
    },
    '/api/map': ({ chat, photo, label }) => maps.mapOf(cast.message(chat, photo), label),
  };
}

function mayAskForHeatmap({ text, replyTo }: Requests['/api/text']): boolean {
  return text.trimStart().startsWith('/explain') || replyTo !== undefined;
}

async function receiveFiles({ actions }: RouteParts, request: IncomingMessage): Promise<void> {
  const { fields, files } = await readForm(request);
  const { as, caption, ...writing } = fields;
  await actions.files(writing, { files, as, ...(caption !== undefined && { caption }) });
}

function refused(context: Context, error: unknown, onFailure: (error: unknown) => void): Response {
  const code = codeOf(error);
  if (code === 'failed') onFailure(error);
  // What is left of a refused body is not read; the connection goes with it.
  if (context.req.method === 'POST') context.header('Connection', 'close');
  return context.json({ error: code } satisfies Refused, STATUS[code]);
}

function codeOf(error: unknown): Refused['error'] {
  if (error instanceof RefusedError) return error.code;
  const isTold = error instanceof LocalTelegramError && (error.code === 'unknown' || error.code === 'not-a-member');
  return isTold ? error.code : 'failed';
}
