import { Changes } from './changes.js';
import { LocalTelegramError } from './errors.js';
import { CALLS_IN_TIMEOUT, DEFAULT_WAIT_MS, MAX_CALLS_LOGGED, MAX_UPLOAD_BYTES_LOGGED } from './limits.js';
import type { Upload } from './wire.js';

/** One request of the bot, in the order of arrival. */
export interface ApiCall {
  readonly method: string;
  /** Decoded fields; a file is `{ upload, filename, mimeType }`. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** When its body had arrived whole, in milliseconds of `performance.now()`. */
  readonly at: number;
  /** 0 while it is not answered, and for good where the connection broke instead. */
  readonly status: number;
  /** What was done, also where the answer never arrived. */
  readonly result: unknown;
  /** Telegram's words, where it was refused. */
  readonly description: string | undefined;
}

type Entry = { -readonly [Key in keyof ApiCall]: ApiCall[Key] };

export interface WaitOptions {
  /** Only calls from this index of `calls` on. */
  readonly after?: number;
  readonly timeoutMs?: number;
}

/** All calls of the bot, bounded in number and in bytes of uploads. */
export class CallLog {
  readonly #changes: Changes;
  readonly #calls: Entry[] = [];
  readonly #uploads: { call: Entry; key: string; bytes: number }[] = [];
  #uploadBytes = 0;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  get calls(): readonly ApiCall[] {
    return this.#calls;
  }

  /** Notes a call that has just arrived; `answer` completes it. */
  add(method: string, payload: Record<string, unknown>): Entry {
    const call: Entry = {
      method,
      payload,
      at: performance.now(),
      status: 0,
      result: undefined,
      description: undefined,
    };
    this.#calls.push(call);
    if (this.#calls.length > MAX_CALLS_LOGGED) {
      this.#calls.shift();
    }
    this.#boundUploads(call);
    this.#changes.announce();
    return call;
  }

  /** Notes what became of a call. */
  settle(call: Entry, outcome: Partial<Pick<ApiCall, 'status' | 'result' | 'description'>>): void {
    Object.assign(call, outcome);
    this.#changes.announce();
  }

  /**
   * The first call of the method that matches, also an earlier one.
   *
   * Only calls answered with 200 count, unless `match` itself looks at `call.status`.
   *
   * @throws LocalTelegramError `timeout`, listing the last calls
   */
  async waitFor(method: string, match?: (call: ApiCall) => boolean, options: WaitOptions = {}): Promise<ApiCall> {
    let found: ApiCall | undefined;
    await this.#changes.until(
      () => {
        found = this.#calls
          .slice(options.after ?? 0)
          .find((call) => call.method === method && isWanted(call, match ?? (() => true)));
        return found !== undefined;
      },
      options.timeoutMs ?? DEFAULT_WAIT_MS,
      () => `Waited for ${method}. ${this.lastCalls()}`,
    );
    if (found === undefined) {
      throw new LocalTelegramError('timeout', `Waited for ${method} in vain.`);
    }
    return found;
  }

  /** The last calls, a line each, for messages about what did not happen. */
  lastCalls(): string {
    const lines = this.#calls.slice(-CALLS_IN_TIMEOUT).map((call) => {
      const words = call.description === undefined ? '' : ` "${call.description}"`;
      return `  ${call.method} ${call.status}${words} ${brief(call.payload)}`;
    });
    return lines.length === 0 ? 'There were no calls.' : `The last calls:\n${lines.join('\n')}`;
  }

  #boundUploads(call: Entry): void {
    for (const [key, value] of Object.entries(call.payload)) {
      if (isUpload(value)) {
        this.#uploads.push({ call, key, bytes: value.upload.length });
        this.#uploadBytes += value.upload.length;
      }
    }
    while (this.#uploadBytes > MAX_UPLOAD_BYTES_LOGGED && this.#uploads.length > 1) {
      const oldest = this.#uploads.shift();
      if (oldest !== undefined) {
        this.#uploadBytes -= oldest.bytes;
        const kept = oldest.call.payload[oldest.key] as Upload;
        oldest.call.payload = { ...oldest.call.payload, [oldest.key]: { ...kept, upload: new Uint8Array() } };
      }
    }
  }
}

export type { Entry as LoggedCall };

export function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && 'upload' in value && value.upload instanceof Uint8Array;
}

/** The files a call uploads, in the order of its fields. */
export function uploadsOf(call: ApiCall): readonly Upload[] {
  return Object.values(call.payload).filter(isUpload);
}

function isWanted(call: ApiCall, match: (call: ApiCall) => boolean): boolean {
  const read = new Set<string | symbol>();
  const watched = new Proxy(call, {
    get(target, key) {
      read.add(key);
      return Reflect.get(target, key) as unknown;
    },
  });
  return match(watched) && (read.has('status') || call.status === 200);
}

const BRIEF_LENGTH = 300;

function brief(payload: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(payload, (_key, value: unknown) =>
    isUpload(value) ? `<${value.filename}, ${value.upload.length} bytes>` : value,
  );
  return text.length > BRIEF_LENGTH ? `${text.slice(0, BRIEF_LENGTH)}...` : text;
}
