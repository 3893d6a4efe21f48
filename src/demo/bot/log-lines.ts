import * as v from 'valibot';
import { LOG_LEVELS } from '../../log.js';
import type { LogLineView } from '../protocol.js';

const LEVELS = LOG_LEVELS.filter((level) => level !== 'silent');

const line = v.looseObject({
  level: v.picklist(LEVELS),
  time: v.pipe(v.string(), v.isoTimestamp()),
  msg: v.optional(v.string(), ''),
});

/** A line of the bot's log; null for what is none, such as a library's own words. */
export function parsedLine(text: string): LogLineView | null {
  if (!text.startsWith('{')) return null;
  try {
    const parsed = v.safeParse(line, JSON.parse(text));
    if (!parsed.success) return null;
    const { level, time, msg, ...fields } = parsed.output;
    return { time: Date.parse(time) / 1000, level, text: msg, fields };
  } catch {
    return null;
  }
}
