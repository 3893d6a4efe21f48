import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';
import type { Feed } from '../feed.js';
import type { ToPage } from '../protocol.js';
import type { Web } from './security.js';

/** Open pages at a time; a browser has no more than six of one address. */
const MAX_STREAMS = 16;

/** Events that a page may lag behind. One that lags more, asleep for instance, connects anew and is told everything. */
const MAX_LAG = 1000;

/** Milliseconds between two signs of life; proxies and browsers take a silent connection for dead. */
const HEARTBEAT_MS = 15_000;

/** Milliseconds after which a browser that has lost its connection tries again. */
const RETRY_MS = 1000;

/** The streams of all open pages. */
export class EventStreams {
  readonly #feed: Feed;
  readonly #closing: AbortSignal;
  #open = 0;

  constructor(feed: Feed, closing: AbortSignal) {
    this.#feed = feed;
    this.#closing = closing;
  }

  answer(context: Context<Web>): Response {
    if (this.#open >= MAX_STREAMS) return context.json({ error: 'busy' }, 503);
    this.#open += 1;
    const { outgoing } = context.env;
    return streamSSE(context, async (stream) => {
      try {
        await this.#follow(stream, outgoing);
      } finally {
        this.#open -= 1;
      }
    });
  }

  async #follow(stream: SSEStreamingApi, outgoing: Web['Bindings']['outgoing']): Promise<void> {
    const waiting: ToPage[] = [];
    const ended = new AbortController();
    let wake = (): void => undefined;
    const { hello, end } = this.#feed.subscribe((told) => {
      waiting.push(told);
      // What it has not taken may never be taken: only the connection's end ends the wait for that.
      if (waiting.length > MAX_LAG) outgoing.destroy();
      wake();
    });
    stream.onAbort(() => {
      ended.abort();
    });
    const over = AbortSignal.any([ended.signal, this.#closing]);
    over.addEventListener('abort', () => {
      wake();
    });
    const heartbeat = setInterval(() => void stream.write(': \n\n'), HEARTBEAT_MS);
    try {
      await stream.writeSSE({ data: JSON.stringify(hello), retry: RETRY_MS });
      while (!over.aborted) {
        const next = waiting.shift();
        if (next !== undefined) await stream.writeSSE({ data: JSON.stringify(next) });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      clearInterval(heartbeat);
      end();
    }
  }
}
