import type { Changes } from './changes.js';

/** One request of the bot, in the order of arrival. */
export interface ApiCall {
  readonly method: string;
  /** Decoded fields; a file is an `Upload`. */
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

/** A file as a bot uploaded it. */
export interface Upload {
  readonly upload: Uint8Array;
  readonly filename: string;
  readonly mimeType: string;
}

export type LoggedCall = { -readonly [Key in keyof ApiCall]: ApiCall[Key] };

export type Outcome = Partial<Pick<ApiCall, 'status' | 'result' | 'description'>>;

const MAX_CALLS = 100_000;
const MAX_UPLOAD_BYTES = 256 * 1024 * 1024;
const CALLS_IN_REPORT = 15;
const BRIEF_LENGTH = 300;

/** All calls of the bot, bounded in number and in bytes of uploads: the oldest go first. */
export class CallLog {
  readonly calls: LoggedCall[] = [];
  readonly #changes: Changes;
  #uploadBytes = 0;

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** Notes a call that has just arrived; `settle` completes it. */
  add(method: string, payload: Record<string, unknown>): LoggedCall {
    const at = performance.now();
    const call: LoggedCall = { method, payload, at, status: 0, result: undefined, description: undefined };
    this.calls.push(call);
    this.#uploadBytes += uploadedBytes(call);
    while (this.calls.length > MAX_CALLS || (this.#uploadBytes > MAX_UPLOAD_BYTES && this.calls.length > 1)) {
      const oldest = this.calls.shift();
      this.#uploadBytes -= oldest === undefined ? 0 : uploadedBytes(oldest);
    }
    this.#changes.announce();
    return call;
  }

  /** Notes what became of a call. */
  settle(call: LoggedCall, outcome: Outcome): void {
    Object.assign(call, outcome);
    this.#changes.announce();
  }

  /** The first call of the method that matches; only one answered with 200, unless `match` itself looks at the status. */
  find(method: string, match: (call: ApiCall) => boolean, after: number): ApiCall | undefined {
    return this.calls.slice(after).find((call) => call.method === method && isWanted(call, match));
  }

  /** The last calls, a line each, for messages about what did not happen. */
  report(): string {
    const lines = this.calls.slice(-CALLS_IN_REPORT).map((call) => {
      const words = call.description === undefined ? '' : ` "${call.description}"`;
      return `  ${call.method} ${call.status}${words} ${brief(call.payload)}`;
    });
    return lines.length === 0 ? 'There were no calls.' : `The last calls:\n${lines.join('\n')}`;
  }
}

export function isUpload(value: unknown): value is Upload {
  return typeof value === 'object' && value !== null && 'upload' in value && value.upload instanceof Uint8Array;
}

/** The files a call uploads, in the order of its fields. */
export function uploadsOf(call: ApiCall): readonly Upload[] {
  return Object.values(call.payload).filter(isUpload);
}

function uploadedBytes(call: ApiCall): number {
  return uploadsOf(call).reduce((sum, { upload }) => sum + upload.length, 0);
}

function isWanted(call: ApiCall, match: (call: ApiCall) => boolean): boolean {
  const asked = { forStatus: false };
  const watched: ApiCall = {
    ...call,
    get status() {
      asked.forStatus = true;
      return call.status;
    },
  };
  return match(watched) && (asked.forStatus || call.status === 200);
}

function brief(payload: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(payload, (_key, value: unknown) =>
    isUpload(value) ? `<${value.filename}, ${value.upload.length} bytes>` : value,
  );
  return text.length > BRIEF_LENGTH ? `${text.slice(0, BRIEF_LENGTH)}...` : text;
}
