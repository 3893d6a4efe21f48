import { badRequest, conflict, usualFailure } from '../errors.js';
import { asObject, Payload } from '../payload.js';
import { newNumber } from '../room.js';
import { USUAL_CONNECTIONS } from '../webhook.js';
import type { Method } from './index.js';
import { textOf } from './text.js';

/** Updates in one answer, and webhook calls at once. */
const MAX_UPDATES = 100;
const MAX_CONNECTIONS = 100;

/** The longest that getUpdates is held open. */
const MAX_POLL_SECONDS = 50;

/** A bot may download no larger file. */
const MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024;

const MAX_RESULT_ID_BYTES = 64;

const MAX_SECRET_LENGTH = 256;
const QUERY_TOO_OLD = 'query is too old and response timeout expired or query ID is invalid';

const SECRET = /^[A-Za-z0-9_-]*$/;

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

const getUpdates: Method = ({ world, webhook }, payload, gone) => {
  if (webhook.settings !== undefined) {
    throw conflict(
      "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  world.updates.allowed = payload.list('allowed_updates') ?? world.updates.allowed;
  const asked = {
    offset: payload.integer('offset') ?? 0,
    limit: between(1, payload.integer('limit') ?? MAX_UPDATES, MAX_UPDATES),
    seconds: between(0, payload.integer('timeout') ?? 0, MAX_POLL_SECONDS),
  };
  return world.updates.fetch(asked, gone);
};

const setWebhook: Method = (api, payload, gone) => {
  const { world, webhook } = api;
  const address = payload.text('url');
  if (address === '') return deleteWebhook(api, payload, gone);
  if (!webhook.maySet()) throw usualFailure(429);
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url !== undefined && LOOPBACK.includes(url.hostname);
  if (url?.protocol !== 'https:' && !(url?.protocol === 'http:' && local)) {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  const secret = payload.text('secret_token');
  if (secret.length > MAX_SECRET_LENGTH) throw badRequest('secret token is too long');
  if (!SECRET.test(secret)) throw badRequest('secret token contains unallowed characters');
  const maxConnections = between(1, payload.integer('max_connections') ?? USUAL_CONNECTIONS, MAX_CONNECTIONS);
  world.updates.allowed = payload.list('allowed_updates') ?? world.updates.allowed;
  if (payload.flag('drop_pending_updates')) world.updates.drop();
  webhook.set({ url: address, secret, maxConnections });
  return true;
};

const deleteWebhook: Method = ({ world, webhook }, payload) => {
  webhook.set(undefined);
  if (payload.flag('drop_pending_updates')) world.updates.drop();
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
    ...(settings === undefined ? {} : { max_connections: settings.maxConnections }),
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
  if (!world.queries.has(payload.text('callback_query_id'))) throw badRequest(QUERY_TOO_OLD);
  return true;
};

/** Once: the answer stands in the chat that the query came from. */
const answerGuestQuery: Method = ({ world }, payload) => {
  const id = payload.text('guest_query_id');
  const query = world.queries.get(id);
  if (query === undefined) throw badRequest(QUERY_TOO_OLD);
  const { type, id: resultId, title, input_message_content: input } = asObject(payload.fields['result'], 'result');
  if (type !== 'article') throw badRequest('RESULT_TYPE_INVALID (of the results, articles alone are known here)');
  const bytes = typeof resultId === 'string' ? Buffer.byteLength(resultId) : 0;
  if (bytes < 1 || bytes > MAX_RESULT_ID_BYTES) throw badRequest('RESULT_ID_INVALID');
  if (typeof title !== 'string' || title === '') throw badRequest('ARTICLE_TITLE_EMPTY');
  const { message_text: text, ...fields } = asObject(input, 'input message content');
  const content = textOf(new Payload({ ...fields, text }));
  world.queries.delete(id);
  const { room, message } = query;
  const caller = message.from && { guest_bot_caller_user: message.from };
  room.post({ from: world.bot }, { ...content, ...caller }, { replyTo: message });
  world.changes.announce();
  return { inline_message_id: newNumber() };
};

function between(least: number, value: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

export const RECEIVING = {
  getUpdates,
  setWebhook,
  deleteWebhook,
  getWebhookInfo,
  getFile,
  answerCallbackQuery,
  answerGuestQuery,
};
