import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** Hands connections to the ports behind it by turns, past those that refuse. */
export class Balancer {
  readonly #server: Server;
  readonly #ports: () => readonly number[];
  readonly #connections = new Set<Socket>();
  #turn = 0;

  private constructor(ports: () => readonly number[]) {
    this.#ports = ports;
    this.#server = createServer((client) => {
      this.#serve(client);
    });
  }

  /** @param ports those behind it, asked for at every connection. */
  static async start(ports: () => readonly number[]): Promise<Balancer> {
    const balancer = new Balancer(ports);
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const connection of this.#connections) connection.destroy();
  }

  #serve(client: Socket): void {
    this.#connections.add(client);
    client.on('close', () => this.#connections.delete(client));
    client.on('error', () => undefined);
    const ports = this.#ports();
    const first = this.#turn++ % Math.max(ports.length, 1);
    const left = [...ports.slice(first), ...ports.slice(0, first)];
    const next = (): void => {
      const port = left.shift();
      if (port === undefined) {
        client.destroy();
        return;
      }
      const upstream = connect(port, '127.0.0.1');
      upstream.once('error', next);
      upstream.once('connect', () => {
        upstream.off('error', next);
        pipeline(client, upstream, () => undefined);
        pipeline(upstream, client, () => undefined);
      });
    };
    next();
  }
}
