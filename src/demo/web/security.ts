import { createHash } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

export interface Web {
  Bindings: HttpBindings;
}

/** Names under which a browser on this machine reaches it. Any other is a website that has its name point here. */
const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Lets in only what the page itself asks. Every website that is open in the same browser can send requests to this
 * machine: they carry another origin, or, where the site's name was pointed here, another host.
 *
 * @param port where the server listens, once it does
 */
export function ownPageOnly(port: () => number): MiddlewareHandler<Web> {
  return async (context, next) => {
    const { host, origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = context.env.incoming.headers;
    const refuse = (): Response => context.json({ error: 'bad-request' }, 403);
    if (host === undefined || !OWN_NAMES.some((name) => host === `${name}:${port()}`)) return refuse();
    if (origin !== undefined && origin !== `http://${host}`) return refuse();
    const followedLink = context.req.method === 'GET' && context.req.path === '/' && mode === 'navigate';
    // Absent where it is no browser, and 'none' where somebody typed the address.
    const own = site === undefined || site === 'same-origin' || site === 'none';
    return own || followedLink ? next() : refuse();
  };
}

/**
 * Nothing from elsewhere, in no frame; pictures also from the clipboard and the drop, as blobs, and drawn ones as data.
 *
 * @param inline the one script that stands in the page itself, known by its hash
 */
export function strictHeaders(inline: string): MiddlewareHandler {
  const hash = createHash('sha256').update(inline).digest('base64');
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", `'sha256-${hash}'`],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'blob:', 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
    xFrameOptions: 'DENY',
    referrerPolicy: 'no-referrer',
    crossOriginResourcePolicy: 'same-origin',
    crossOriginOpenerPolicy: 'same-origin',
    // It is http, and stays so for whatever else listens on this port tomorrow.
    strictTransportSecurity: false,
  });
}
