import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { SSEStreamingApi } from 'hono/streaming';
import type { Feed } from '../feed.js';
import type { ToPage } from '../protocol.js';
import type { Web } from './security.js';

/** Open pages at a time; a browser has no more than six of one address. */
const MAX_STREAMS = 16;

/** Milliseconds between two signs of life; proxies and browsers take a silent connection for dead. */
const HEARTBEAT_MS = 15_000;

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
    return streamSSE(context, async (stream) => {
      try {
        await this.#follow(stream);
      } finally {
        this.#open -= 1;
      }
    });
  }

  async #follow(stream: SSEStreamingApi): Promise<void> {
    // A page that is slow or asleep is told of each part what it is by then, and nothing piles up for it.
    let waiting: ToPage = {};
    let wake = (): void => undefined;
    const ended = new AbortController();
    stream.onAbort(() => {
      ended.abort();
    });
    const over = AbortSignal.any([ended.signal, this.#closing]);
    over.addEventListener('abort', () => {
      wake();
    });
    const end = this.#feed.subscribe((told) => {
      waiting = { ...waiting, ...told };
      wake();
    });
    const heartbeat = setInterval(() => void stream.write(': \n\n'), HEARTBEAT_MS);
    try {
      while (!over.aborted) {
        const told = waiting;
        waiting = {};
        if (Object.keys(told).length > 0) await stream.writeSSE({ data: JSON.stringify(told) });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      clearInterval(heartbeat);
      end();
    }
  }
}
