import { useEffect, useState } from 'preact/hooks';
import type { Answers, DemoState, Refused, Requests, ToPage, Writing } from '../protocol.js';

const AGAIN_AFTER_MS = 1500;

/** What the server has told so far, null before it has told anything, and whether it is there. */
export interface Server {
  readonly state: DemoState | null;
  readonly connected: boolean;
}

/** Listens for as long as the page is open, and again whenever the connection breaks. */
export function useServer(): Server {
  const [server, setServer] = useState<Server>({ state: null, connected: false });
  useEffect(() => {
    const listen = () => {
      const source = new EventSource('/events');
      source.addEventListener('message', ({ data }: MessageEvent<string>) => {
        const told = JSON.parse(data) as ToPage;
        // The first of a connection tells everything.
        setServer(({ state }) => ({ state: { ...state, ...told } as DemoState, connected: true }));
      });
      // The browser's own retry ends for good at the first answer that is none; this one does not.
      source.addEventListener('error', () => {
        source.close();
        setServer(({ state }) => ({ state, connected: false }));
        setTimeout(listen, AGAIN_AFTER_MS);
      });
    };
    listen();
  }, []);
  return server;
}

/** Why a request came to nothing: what the server said, or that there was none to say anything. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly code: Refused['error'] | 'unreachable',
    options?: ErrorOptions,
  ) {
    super(`The request was refused: ${code}`, options);
  }
}

/** @throws RequestRefused */
export async function ask<Path extends keyof Requests>(path: Path, body: Requests[Path]): Promise<Answers[Path]> {
  const headers = { 'content-type': 'application/json' };
  return (await post(path, { headers, body: JSON.stringify(body) })) as Answers[Path];
}

/**
 * Sends one to ten files, as one album where they are several.
 *
 * @throws RequestRefused
 */
export async function sendFiles(
  writing: Writing,
  files: readonly File[],
  { caption, asFile }: { caption: string; asFile: boolean },
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(writing)) form.append(name, String(value));
  if (caption !== '') form.append('caption', caption);
  form.append('as', asFile ? 'file' : 'photo');
  for (const file of files) form.append('file', file, file.name);
  await post('/api/files', { body: form });
}

async function post(path: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(path, { method: 'POST', ...init }).catch((cause: unknown) => {
    throw new RequestRefused('unreachable', { cause });
  });
  const answer = (await response.json().catch(() => null)) as Partial<Refused> | null;
  if (response.ok) return answer;
  throw new RequestRefused(answer?.error ?? 'failed');
}
