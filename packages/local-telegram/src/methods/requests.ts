import { badRequest } from '../errors.js';
import { MAX_CALLBACK_ANSWER_LENGTH, MAX_DOWNLOAD_BYTES } from '../limits.js';
import type { Method } from './method.js';

const getFile: Method = ({ world }, payload) => {
  if (!payload.has('file_id')) {
    throw badRequest('file_id not specified');
  }
  const record = world.files.get(payload.text('file_id'));
  if (record === undefined) {
    throw badRequest('invalid file_id');
  }
  if (record.size > MAX_DOWNLOAD_BYTES) {
    throw badRequest('file is too big');
  }
  if (world.files.bytes(record.fileId) === undefined) {
    throw badRequest('wrong file_id or the file is temporarily unavailable');
  }
  const { fileId, uniqueId, size, path } = record;
  return { file_id: fileId, file_unique_id: uniqueId, file_size: size, file_path: path };
};

const answerCallbackQuery: Method = ({ world }, payload) => {
  if (!world.callbacks.isOpen(payload.text('callback_query_id'))) {
    throw badRequest('query is too old and response timeout expired or query ID is invalid');
  }
  if (payload.text('text').length > MAX_CALLBACK_ANSWER_LENGTH) {
    throw badRequest('MESSAGE_TOO_LONG');
  }
  return true;
};

/** Leaving the cloud server, and closing before a move, change nothing here. */
const done: Method = () => true;

export const REQUESTS = { getFile, answerCallbackQuery, logOut: done, close: done };
