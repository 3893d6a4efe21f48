import pino from 'pino';

export type Log = pino.Logger;

/** JSON lines on stderr, so that stdout stays free for results. */
export function createLog(level: string): Log {
  return pino({ level, base: null }, pino.destination({ dest: 2, sync: true }));
}
