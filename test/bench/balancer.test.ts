import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Balancer } from '../../bench/soak/balancer.js';

async function upstream(name: string) {
  const server = createServer((_, response) => response.setHeader('connection', 'close').end(name));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = (): void => {
    server.close();
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, close };
}

test('connections go by turns to those that do not refuse', async () => {
  const [first, second, third] = [await upstream('first'), await upstream('second'), await upstream('third')];
  second.close();
  let ports = [first.port, second.port, third.port];
  const balancer = await Balancer.start(() => ports);
  onTestFinished(() => {
    balancer.close();
  });
  const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${balancer.port}/`)).text();
  const answers: string[] = [];
  for (let call = 0; call < 6; call++) answers.push(await ask());
  expect(answers).toEqual(['first', 'third', 'third', 'first', 'third', 'third']);
  ports = [second.port];
  await expect(ask()).rejects.toThrow('fetch failed');
});
