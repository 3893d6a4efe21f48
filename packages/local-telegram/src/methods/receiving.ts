import { badRequest, conflict } from '../errors.js';
import type { Method } from './index.js';

/** Updates in one answer. */
const MAX_UPDATES = 100;

/** The longest that getUpdates is held open. */
const MAX_POLL_SECONDS = 50;

/** A bot may download no larger file. */
const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

const SECRET = /^[A-Za-z0-9_-]{1,256}$/;

/** Ports Telegram sends to; on this machine any will do. */
const PORTS = ['', '443', '80', '88', '8443'];

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

const getUpdates: Method = ({ world, webhook }, payload, gone) => {
  if (webhook.settings !== undefined) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  world.updates.allowed = payload.list('allowed_updates') ?? world.updates.allowed;
  const offset = payload.integer('offset') ?? 0;
  if (offset !== 0) world.updates.confirm(offset);
  const limit = Math.min(Math.max(payload.integer('limit') ?? MAX_UPDATES, 1), MAX_UPDATES);
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
  if (secret !== '' && !SECRET.test(secret)) throw badRequest('secret token contains unallowed characters');
  world.updates.allowed = payload.list('allowed_updates') ?? world.updates.allowed;
  world.updates.interrupt(conflict('terminated by setWebhook request'));
  webhook.set({ url: address, secret });
  return true;
};

const deleteWebhook: Method = ({ webhook }) => {
  webhook.set(undefined);
  return true;
};

const getWebhookInfo: Method = ({ world, webhook }) => {
  const { settings, lastError } = webhook;
  const { allowed, waiting } = world.updates;
  return {
    url: settings?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: waiting.length,
    ...(lastError === undefined ? {} : { last_error_date: lastError.date, last_error_message: lastError.message }),
    ...(allowed.length === 0 ? {} : { allowed_updates: allowed }),
  };
};

const getFile: Method = ({ world }, payload) => {
  if (!payload.has('file_id')) throw badRequest('file_id not specified');
  const record = world.files.get(payload.text('file_id'));
  if (record === undefined) throw badRequest('invalid file_id');
  if (record.size > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
  const content = world.files.content(record.fileId);
  if (content === undefined) throw badRequest('wrong file_id or the file is temporarily unavailable');
  const { fileId, uniqueId, size } = record;
  return { file_id: fileId, file_unique_id: uniqueId, file_size: size, file_path: content.path };
};

const answerCallbackQuery: Method = ({ world }, payload) => {
  if (!world.presses.has(payload.text('callback_query_id'))) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  return true;
};

export const RECEIVING = {
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  getFile,
  answerCallbackQuery,
};
