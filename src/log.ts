import pino from 'pino';

export type Log = pino.Logger;

/** JSON lines on stderr, so that stdout stays free for results; warnings and up where the level is no level. */
export function createLog(level: string | undefined): Log {
  const known = level !== undefined && (level === 'silent' || level in pino.levels.values);
  return pino({ level: known ? level : 'warn', base: null }, pino.destination({ dest: 2, sync: true }));
}
