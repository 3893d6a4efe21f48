import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';
import { HTTPException } from 'hono/http-exception';
import type { Context } from 'hono';
import type { Log } from '../log.js';
import { AGAIN_AFTER_S, webhookHandler } from './webhook.js';
import type { WebhookOptions } from './webhook.js';

/** Whether the bot can serve people, and if not, why. */
export type Readiness =
  'ready' | 'starting' | 'stopping' | 'telegram-unreachable' | 'conflict' | 'redis-away' | 'redis-full';

export interface RouteOptions {
  readonly ready: () => Readiness;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  /** Who may read them; to everybody else there are none, or a token is asked for. */
  readonly metricsFor: 'everybody' | 'nobody' | { readonly token: string };
  /** In webhook mode only. */
  readonly webhook?: WebhookOptions;
  readonly log: Log;
}

type Handler = (context: Context<{ Bindings: HttpBindings }>) => Response | Promise<Response>;

/** The paths there are, and what each answers. */
export function routes(options: RouteOptions, isStopping: () => boolean): Hono<{ Bindings: HttpBindings }> {
  const { metrics, metricsFor, webhook, log } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();

  // Connections end with the answer, or they would outlive the server.
  app.use(async (context, next) => {
    if (isStopping()) context.header('Connection', 'close');
    await next();
  });

  get(app, '/healthz', (context) => context.text('ok'));
  get(app, '/readyz', (context) => {
    const readiness = isStopping() ? 'stopping' : options.ready();
    return readiness === 'ready' ? context.text('ok') : context.json({ reason: readiness }, 503);
  });
  if (typeof metricsFor === 'object') app.use('/metrics', bearerAuth(metricsFor));
  if (metricsFor !== 'nobody') {
    get(app, '/metrics', async (context) =>
      context.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType }),
    );
  }

  if (webhook !== undefined) {
    const receive = webhookHandler(webhook);
    // Compared as it is: to the router a `:` or `*` in somebody's path would be a pattern.
    app.use(async (context, next) => {
      if (new URL(context.req.url).pathname !== webhook.path) return next();
      if (context.req.method !== 'POST') return notAllowed(context, 'POST');
      // Telegram sends it again, to the process that comes after this one.
      return isStopping() ? context.text('stopping', 503, { 'Retry-After': AGAIN_AFTER_S }) : receive(context);
    });
  }

  app.notFound((context) => context.text('not found', 404));
  app.onError((error, context) => {
    // Such as a token that is wrong.
    if (error instanceof HTTPException) return error.getResponse();
    log.error({ err: error, path: context.req.path }, 'a request failed');
    return context.text('failed', 500);
  });
  return app;
}

function get(app: Hono<{ Bindings: HttpBindings }>, path: string, handler: Handler): void {
  app.get(path, handler);
  app.all(path, (context) => notAllowed(context, 'GET, HEAD'));
}

function notAllowed(context: Context, allowed: string): Response {
  return context.text('method not allowed', 405, { Allow: allowed });
}
