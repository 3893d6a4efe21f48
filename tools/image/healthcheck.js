import { get } from 'node:http';

// What the container's health check runs: exits with 0 where the bot beside it answers a path with 200.
const [path = '/healthz'] = process.argv.slice(2);
const port = process.env.PORT || 8080;
const host = process.env.HOST || '127.0.0.1';

get({ host, port, path, agent: false }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1);
}).on('error', () => {
  process.exit(1);
});
