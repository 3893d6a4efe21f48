import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DOWNLOAD_LIMITS, download } from '../../src/library/download.js';
import type { DownloadLimits } from '../../src/library/download.js';
import { addressOf } from '../../src/library/http-file.js';
import { refusal } from '../support/errors.js';
import { fileServer } from '../support/file-server.js';
import type { FileServer } from '../support/file-server.js';
import { temporaryFolder } from '../support/models.js';

const FILE = randomBytes(200_000);
const HALF = FILE.length / 2;
const WHOLE = { etag: '"one"', 'content-length': FILE.length };

async function fetched(
  { root }: FileServer,
  limits: Partial<DownloadLimits> = {},
  watch: (bytes: number, total: number | null) => void = () => undefined,
): Promise<string> {
  return download(new URL(`${root}/birds.h5?download=true`), join(await temporaryFolder(), 'download'), {
    limits: { ...DOWNLOAD_LIMITS, retryAfter: 1, retries: 2, ...limits },
    localHttp: true,
    onProgress: watch,
    signal: undefined,
  });
}

async function refused(server: FileServer, limits: Partial<DownloadLimits> = {}): Promise<string> {
  return (await refusal(fetched(server, limits))).message;
}

describe('a download', () => {
  it('is the file, under the name it has on the server, and says how far it is', async () => {
    const server = await fileServer((_request, response) => response.writeHead(200, WHOLE).end(FILE));
    const told: [number, number | null][] = [];
    const file = await fetched(server, {}, (...progress) => told.push(progress));
    expect(basename(file)).toBe('birds.h5');
    expect((await readFile(file)).equals(FILE)).toBe(true);
    expect(told.at(-1)).toEqual([FILE.length, FILE.length]);
  });

  it('that was cut off goes on where it stopped', async () => {
    let hangUp = (): void => undefined;
    const conditions: (string | string[] | undefined)[] = [];
    const server = await fileServer(({ headers }, response, count) => {
      if (count === 1) {
        hangUp = () => response.destroy();
        response.writeHead(200, WHOLE).write(FILE.subarray(0, HALF));
        return;
      }
      conditions.push(headers['if-range']);
      const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
      const range = `bytes ${start}-${FILE.length - 1}/${FILE.length}`;
      response.writeHead(206, { 'content-range': range }).end(FILE.subarray(start));
    });
    const file = await fetched(server, {}, () => {
      hangUp();
    });
    expect((await readFile(file)).equals(FILE)).toBe(true);
    expect(server.asked.map(({ range }) => range)).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(conditions).toEqual([WHOLE.etag]);
  });

  const size = FILE.length;
  it.each([
    ['of another file now', 200, () => ''],
    ['that goes on elsewhere', 206, () => `bytes 7-${size - 1}/${size}`],
    ['that is longer now', 206, (start: number) => `bytes ${start}-${size}/${size + 1}`],
    ['that has become shorter', 416, () => `bytes */100`],
  ])('%s begins again', async (_what, status, rangeFrom) => {
    let hangUp = (): void => undefined;
    const server = await fileServer((request, response, count) => {
      if (count === 1) {
        hangUp = () => response.destroy();
        response.writeHead(200, WHOLE).write(FILE.subarray(0, HALF));
      } else if (count === 2 && status !== 200) {
        // As many bytes as are missing, but not those.
        const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
        response.writeHead(status, { 'content-range': rangeFrom(start) }).end(FILE.subarray(0, size - start));
      } else {
        response.writeHead(200, { etag: '"two"' }).end(FILE);
      }
    });
    const file = await fetched(server, {}, () => {
      hangUp();
    });
    expect((await readFile(file)).equals(FILE)).toBe(true);
    expect(server.asked[1]?.range).toMatch(/^bytes=[1-9]/);
  });

  it('is tried again where the server is busy', async () => {
    const server = await fileServer((_request, response, count) => {
      if (count < 3) response.writeHead(count === 1 ? 503 : 429).end();
      else response.end(FILE);
    });
    expect((await readFile(await fetched(server))).equals(FILE)).toBe(true);
  });
});

describe('a download is refused', () => {
  it('that says it is larger than models are, before a byte of it is taken', async () => {
    const server = await fileServer((_request, response) => response.writeHead(200, WHOLE).end(FILE));
    expect(await refused(server, { bytes: 2 ** 10 })).toMatch(/larger than/);
    expect(server.asked).toHaveLength(1);
  });

  it('that does not say so, but goes on and on', async () => {
    const server = await fileServer((_request, response) => {
      const more = (): void => {
        if (response.writable) response.write(FILE, more);
      };
      more();
    });
    expect(await refused(server, { bytes: 2 ** 20 })).toMatch(/larger than 1 MB/);
    expect(server.asked).toHaveLength(1);
  });

  it('that stalls, after it has been tried again', async () => {
    const server = await fileServer((_request, response) => {
      response.writeHead(200, WHOLE).write(FILE.subarray(0, 10));
    });
    // A machine that is busy may let a window pass before a connection is even made.
    expect(await refused(server, { window: 300 })).toMatch(/stalled/);
    expect(server.asked.length).toBeGreaterThan(1);
  });

  it('that takes longer than any', async () => {
    const server = await fileServer((_request, response) => {
      response.writeHead(200, WHOLE).write(FILE.subarray(0, 10));
    });
    expect(await refused(server, { milliseconds: 60 })).toMatch(/took longer than/);
  });

  it('that is cut off again and again', async () => {
    const server = await fileServer((_request, response) => {
      response.writeHead(200, WHOLE).write(FILE.subarray(0, HALF), () => response.destroy());
    });
    expect(await refused(server)).toMatch(/cut off/);
    expect(server.asked).toHaveLength(3);
  });

  it('that is compressed on the way, whose size nobody knows', async () => {
    const server = await fileServer((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(FILE);
    });
    expect(await refused(server)).toMatch(/compressed/);
  });

  it('that is not there, at once', async () => {
    const server = await fileServer((_request, response) => response.writeHead(404).end());
    expect(await refused(server)).toMatch(/answered 404/);
    expect(server.asked).toHaveLength(1);
  });

  it.each([
    ['http://example.org/birds.h5', /without https/, 1],
    ['file:///etc/passwd', /without https/, 1],
    ['http://[', /leads on to no address/, 1],
    ['/birds.h5', /leads on more than 5 times/, 6],
  ])('that leads on to %s', async (location, expected, asked) => {
    const server = await fileServer((_request, response) => response.writeHead(302, { location }).end());
    expect(await refused(server)).toMatch(expected);
    expect(server.asked).toHaveLength(asked);
  });

  it('from a server that is not there', async () => {
    expect(await refused({ root: 'http://127.0.0.1:1', asked: [] }, { retries: 0 })).toMatch(/cannot be reached/);
  });

  it.each(['http://example.org/a.h5', 'ftp://example.org/a.h5', 'file:///etc/passwd', 'https://'])(
    'from %s',
    (address) => {
      expect(() => addressOf(address, false)).toThrow(/Only https/);
    },
  );

  it.each(['birds.h5', './birds', 'C:\\birds.h5', '/birds'])('but %s is no address', (path) => {
    expect(addressOf(path, false)).toBeNull();
  });
});
