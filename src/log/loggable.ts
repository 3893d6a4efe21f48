/** Causes of causes that are logged; beyond that an error tells nothing new. */
const MAX_CAUSES = 5;

/** Objects in objects that are logged; a Telegram update is deeper than that and has no place in a log. */
const MAX_DEPTH = 5;

/** Items of a list that are logged, so that no class scores or pixels fill it. */
const MAX_ITEMS = 50;

/** Characters of one text that are logged; longer is a response's body, not a message. */
const MAX_TEXT = 2000;

/** Frames of a stack that are logged. */
const MAX_FRAMES = 10;

/**
 * What is logged of an object: errors without all that hangs on them, bytes as their number, nothing deep or long.
 * Telegraf's errors, for one, hold the upload that was refused and the whole response.
 */
export function loggable(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, loggableValue(value, 1)]));
}

function loggableValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return loggableError(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  // A date or an address says itself what is to be read.
  if ('toJSON' in value && typeof value.toJSON === 'function') return value;
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? '[list]' : '[object]';
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((each) => loggableValue(each, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MAX_ITEMS)
      .map(([key, each]) => [key, loggableValue(each, depth + 1)]),
  );
}

interface ErrorRecord {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly description?: string;
  readonly method?: string;
  readonly stack?: string;
  readonly cause?: ErrorRecord | string;
}

/** Type, message, what identifies it, where it was thrown, and the same of its causes; nothing else of an error. */
export function loggableError(error: Error, causes = 0): ErrorRecord {
  const own = error as { code?: unknown; description?: unknown; on?: { method?: unknown } };
  const method = own.on?.method;
  const stack = frames(error);
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    message: cut(error.message),
    ...((typeof own.code === 'string' || typeof own.code === 'number') && { code: own.code }),
    ...(typeof own.description === 'string' && { description: cut(own.description) }),
    ...(typeof method === 'string' && { method }),
    ...(stack !== '' && { stack }),
    ...(error.cause !== undefined && causes < MAX_CAUSES && { cause: causeRecord(error.cause, causes + 1) }),
  };
}

function causeRecord(cause: unknown, causes: number): ErrorRecord | string {
  if (cause instanceof Error) return loggableError(cause, causes);
  return typeof cause === 'string' ? cut(cause) : `[${typeof cause}]`;
}

/** The stack without its head, which is the message again. */
function frames(error: Error): string {
  const lines = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return lines
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim())
    .join('\n');
}

/** Cut between words only: half a token would no longer be known as a secret. */
function cut(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const end = text.slice(0, MAX_TEXT).search(/\s\S*$/);
  return end === -1 ? `[${text.length} characters]` : `${text.slice(0, end)} …`;
}
