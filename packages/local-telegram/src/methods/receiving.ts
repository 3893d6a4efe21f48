import { badRequest, conflict } from '../errors.js';
import { MAX_POLL_SECONDS, MAX_UPDATES_PER_ANSWER } from '../limits.js';
import type { Method } from './method.js';

const SECRET = /^[A-Za-z0-9_-]{1,256}$/;

/** Ports Telegram sends to; on this machine any will do. */
const PORTS = ['', '443', '80', '88', '8443'];

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

const DEFAULT_CONNECTIONS = 40;

const getUpdates: Method = ({ world, webhook }, payload, gone) => {
  if (webhook.settings !== undefined) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  world.updates.allow(payload.list('allowed_updates'));
  const offset = payload.integer('offset') ?? 0;
  if (offset !== 0) {
    world.updates.confirm(offset);
  }
  const limit = Math.min(Math.max(payload.integer('limit') ?? MAX_UPDATES_PER_ANSWER, 1), MAX_UPDATES_PER_ANSWER);
  const seconds = Math.min(Math.max(payload.integer('timeout') ?? 0, 0), MAX_POLL_SECONDS);
  return world.updates.fetch(limit, seconds, gone);
};

const setWebhook: Method = ({ world, webhook }, payload) => {
  const address = payload.text('url');
  if (address === '') {
    webhook.set(undefined);
    return true;
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url !== undefined && LOOPBACK.includes(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && local)) {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (!local && !PORTS.includes(url.port)) {
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
  const secret = payload.text('secret_token');
  if (secret !== '' && !SECRET.test(secret)) {
    throw badRequest('secret token contains unallowed characters');
  }
  world.updates.allow(payload.list('allowed_updates'));
  if (payload.flag('drop_pending_updates')) {
    world.updates.drop();
  }
  world.updates.interrupt(conflict('terminated by setWebhook request'));
  webhook.set({
    url: address,
    secret: secret === '' ? undefined : secret,
    maxConnections: payload.integer('max_connections') ?? DEFAULT_CONNECTIONS,
  });
  return true;
};

const deleteWebhook: Method = ({ world, webhook }, payload) => {
  webhook.set(undefined);
  if (payload.flag('drop_pending_updates')) {
    world.updates.drop();
  }
  return true;
};

const getWebhookInfo: Method = ({ world, webhook }) => {
  const { settings, lastError } = webhook;
  const { allowed, unconfirmed } = world.updates;
  return {
    url: settings?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: unconfirmed,
    ...(settings === undefined ? {} : { max_connections: settings.maxConnections }),
    ...(lastError === undefined ? {} : { last_error_date: lastError.date, last_error_message: lastError.message }),
    ...(allowed.length === 0 ? {} : { allowed_updates: allowed }),
  };
};

export const RECEIVING = { getUpdates, setWebhook, deleteWebhook, getWebhookInfo };
