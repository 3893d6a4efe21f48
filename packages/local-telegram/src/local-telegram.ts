import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Apps } from './apps.js';
import type { Update } from './bot-api.js';
import { CallLog, type ApiCall } from './calls.js';
import { Faults, type Fault, type FaultRule } from './faults.js';
import { SendLimits, type SendLimit } from './send-limits.js';
import { createApiServer } from './server.js';
import { USUAL_CONNECTIONS, Webhook, type WebhookCall } from './webhook.js';
import { World } from './world.js';

export interface LocalTelegramOptions {
  /** As BotFather gives it; the digits before its colon are the bot's number. */
  readonly token: string;
  /** `Test bot` where nothing is said. */
  readonly botName?: string;
  /** `test_bot` where nothing is said. */
  readonly botUsername?: string;
  /** On, as for every new bot, where nothing is said. */
  readonly privacy?: boolean;
  /** Telegram's limits on what a bot writes; none where nothing is said, so that tests are quick. */
  readonly limits?: 'as Telegram';
}

export interface WaitOptions {
  /** Only calls from this index of `calls` on. */
  readonly after?: number;
  readonly timeoutMs?: number;
}

/** How long a test waits for something to happen unless it says otherwise. */
const DEFAULT_WAIT_MS = 60_000;

/** A small Telegram on this machine: people and chats on the one side, the Bot API over real HTTP on the other. */
export class LocalTelegram extends Apps {
  readonly #calls: CallLog;
  readonly #faults = new Faults();
  readonly #limits = new SendLimits();
  readonly #webhook: Webhook;
  readonly #server: Server;
  #port = 0;

  private constructor(options: LocalTelegramOptions) {
    const { token, botName = 'Test bot', botUsername = 'test_bot', privacy = true, limits } = options;
    const id = Number(/^(\d+):/.exec(token)?.[1] ?? 7_000_000_001);
    const world = new World({ id, is_bot: true, first_name: botName, username: botUsername }, privacy);
    super(world);
    this.#calls = new CallLog(world.changes);
    this.#webhook = new Webhook(world);
    this.#server = createApiServer({
      world,
      token,
      calls: this.#calls,
      faults: this.#faults,
      limits: limits && this.#limits,
      webhook: this.#webhook,
    });
  }

  /** Listens on loopback, on any free port. */
  static async start(options: LocalTelegramOptions): Promise<LocalTelegram> {
    const telegram = new LocalTelegram(options);
    telegram.#server.listen(0, '127.0.0.1');
    await once(telegram.#server, 'listening');
    telegram.#port = (telegram.#server.address() as AddressInfo).port;
    return telegram;
  }

  /** The address to use in place of https://api.telegram.org. */
  get root(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** All calls of the bot in the order of arrival; downloads are calls of `file`. */
  get calls(): readonly ApiCall[] {
    return this.#calls.calls;
  }

  /** Updates that were handed to the bot, the last ones. */
  get updatesSent(): readonly Update[] {
    return this.world.updates.sent;
  }

  /** What became of each attempt to hand an update to a webhook, the last ones. */
  get webhookCalls(): readonly WebhookCall[] {
    return this.#webhook.calls;
  }

  /** Updates the bot has not fetched yet. */
  get pendingUpdates(): number {
    return this.world.updates.unfetched;
  }

  /** How often the bot was refused for writing too much, by the limit; nothing where there are none. */
  get violations(): Readonly<Record<SendLimit, number>> {
    return this.#limits.violations;
  }

  /** What another process with this token does: it sets its own webhook, or deletes the bot's; nothing tells the bot. */
  takeWebhook(url = ''): void {
    this.#webhook.set(url === '' ? undefined : { url, secret: '', maxConnections: USUAL_CONNECTIONS });
  }

  /**
   * The first call of the method that matches, earlier or still to come, once it is answered with 200. A `match` that
   * looks at `call.status` decides about the status itself.
   *
   * @throws LocalTelegramError `timeout`, listing the last calls
   */
  waitForCall(
    method: string,
    match: (call: ApiCall) => boolean = () => true,
    { after = 0, timeoutMs = DEFAULT_WAIT_MS }: WaitOptions = {},
  ): Promise<ApiCall> {
    const report = () => `Waited for ${method}. ${this.#calls.report()}`;
    return this.world.changes.until(() => this.#calls.find(method, match, after), timeoutMs, report);
  }

  /**
   * Resolves once `check` holds; it is looked at again after every call and every change here.
   *
   * @throws LocalTelegramError `timeout`, listing the last calls
   */
  async waitUntil(check: () => boolean, timeoutMs = DEFAULT_WAIT_MS): Promise<void> {
    const holds = () => (check() ? true : undefined);
    await this.world.changes.until(holds, timeoutMs, () => this.#calls.report());
  }

  /** Calls `listener` after every call and change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    return this.world.changes.subscribe(listener);
  }

  /** Answers a getUpdates that waits, with nothing, so that the bot has to ask again. */
  endPoll(): void {
    this.world.updates.endPoll();
  }

  /** Something goes wrong, once or `times` times, with the next calls that fit. */
  fault(rule: FaultRule): Fault {
    return this.#faults.add(rule);
  }

  /** Ends every connection and every wait. */
  async close(): Promise<void> {
    this.#webhook.close();
    this.world.updates.endPoll();
    this.world.changes.close();
    await new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
  }
}
