import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig, VARIABLES } from '../src/config.js';

const root = new URL('../', import.meta.url);

function file(name: string): string {
  return readFileSync(new URL(name, root), 'utf8');
}

const { deploy } = JSON.parse(file('railway.json')) as { deploy: { startCommand: string; drainingSeconds: number } };
const { shutdownMs } = readConfig({ BOT_TOKEN: '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1' });

describe('railway.json', () => {
  test('starts the process as the Procfile does, without a shell or npm between', () => {
    expect(file('Procfile')).toBe(`web: ${deploy.startCommand}\nworker: ROLE=worker ${deploy.startCommand}\n`);
    expect(deploy.startCommand).toMatch(/^node .*dist\/main\.js$/);
  });

  test('waits longer than the work in flight may take to end', () => {
    expect(deploy.drainingSeconds * 1000).toBeGreaterThan(shutdownMs);
  });
});

describe('Dockerfile', () => {
  const lines = file('Dockerfile').split('\n');
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));

  function argument(instruction: string): string {
    return last.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? '';
  }

  test('starts the process as the other hosts do', () => {
    expect((JSON.parse(argument('CMD')) as string[]).join(' ')).toBe(deploy.startCommand);
  });

  test('has a process that is not root, that is asked to end by SIGTERM, and where a missing token is a mistake', () => {
    expect(argument('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect([argument('STOPSIGNAL'), argument('ENV')]).toEqual(['SIGTERM', 'NODE_ENV=production']);
  });

  test('checks health with a file that is there', () => {
    const [, script = ''] = JSON.parse(argument('HEALTHCHECK').replace(/^.* CMD /, '')) as string[];
    expect(existsSync(new URL(script, root))).toBe(true);
  });

  test('has a Node that CI tests', () => {
    const [, version = ''] = /^FROM node:(\d+)-/m.exec(lines.join('\n')) ?? [];
    expect(/^ +node: \[(.*)\]$/m.exec(file('.github/workflows/ci.yml'))?.[1]?.split(', ')).toContain(version);
  });
});

describe('.dockerignore', () => {
  const rules = file('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ kept: line.startsWith('!'), pattern: regExp(line.replace(/^!/, '')) }));

  /** Of a pattern as in .dockerignore: what it matches, and all that lies in it. */
  function regExp(pattern: string): RegExp {
    const source = pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*').replaceAll('[^/]*[^/]*/', '(?:.*/)?');
    return new RegExp(`^${source}(?:/|$)`);
  }

  const isKept = (path: string) => rules.findLast(({ pattern }) => pattern.test(path))?.kept ?? true;

  test.each(['.env', '.env.production', 'models/.env', '.git/config', 'work/notes', 'id_rsa', 'test/unit.ts'])(
    'leaves out %s',
    (path) => {
      expect(isKept(path)).toBe(false);
    },
  );

  test.each(['node_modules/a/index.js', 'dist/main.js', 'packages/local-telegram/dist/index.js'])(
    'leaves out %s, which is made anew',
    (path) => {
      expect(isKept(path)).toBe(false);
    },
  );

  test.each([
    'src/main.ts',
    'models/imagenet-1000/weights.bin',
    'packages/local-telegram/src/index.ts',
    'bin/sorot.js',
  ])('leaves %s in', (path) => {
    expect(isKept(path)).toBe(true);
  });

  test.each(
    [...file('Dockerfile').matchAll(/^COPY (?!--|\. )(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' ')),
  )('leaves %s in, which the Dockerfile copies', (path) => {
    expect(isKept(path)).toBe(true);
  });
});

describe('compose.yaml', () => {
  const compose = file('compose.yaml');

  test('sets variables that there are', () => {
    const set = [...compose.matchAll(/^ +([A-Z][A-Z_]+): (.+)$/gm)].map(([, name = '']) => name);
    const known = [...Object.keys(VARIABLES), 'REDISCLI_AUTH'];
    expect(set.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining(set));
  });

  test('has every secret from outside', () => {
    const lines = compose
      .split('\n')
      .filter((line) => /(?:password|REDISCLI_AUTH|REDIS_URL|BOT_TOKEN): ?\S/i.test(line));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines.filter((each) => !each.startsWith('#'))) expect(line).toContain('${REDIS_PASSWORD:?');
  });

  test('waits longer than the work in flight may take to end', () => {
    const seconds = [...compose.matchAll(/^ +stop_grace_period: (\d+)s$/gm)].map(([, each]) => Number(each));
    expect(Math.min(...seconds) * 1000).toBeGreaterThan(shutdownMs);
  });

  test('keeps to what Redis must be for the bot to start', () => {
    expect(compose).toMatch(/--appendonly\n +- 'yes'/);
    expect(compose).toMatch(/--maxmemory-policy\n +- noeviction/);
  });

  test('mounts files that are there', () => {
    const mounted = [...compose.matchAll(/^ +- (\.\/[^:]+):/gm)].map(([, path = '']) => path);
    expect(mounted).not.toHaveLength(0);
    expect(mounted.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
  });
});
