import * as v from 'valibot';
import { ConfigError } from '../config/error.js';
import { problem, trimmed } from '../config/read-variables.js';
import { VARIABLES } from '../config/variables.js';
import type { Language } from './protocol.js';

/** What the demo itself is told by the environment; everything else is the bot's. */
export interface DemoSettings {
  readonly port: number;
  /** Of the newcomer. */
  readonly language: Language;
}

/** @throws ConfigError for a wrong PORT; the bot, which gets another one, would not complain of it */
export function readDemoSettings(env: NodeJS.ProcessEnv): DemoSettings {
  const { PORT } = trimmed(env);
  const port = v.safeParse(VARIABLES.PORT.schema, PORT);
  if (!port.success) throw new ConfigError([problem('PORT', PORT)]);
  return { port: port.output, language: languageOfSystem(env) };
}

/** Indonesian where the system speaks it, as in `id_ID.UTF-8`; English for everybody else. */
export function languageOfSystem(env: NodeJS.ProcessEnv): Language {
  const locale = [env['LC_ALL'], env['LANG']].find((each) => each !== undefined && each !== '') ?? '';
  return /^id(?:_|\.|$)/i.test(locale) ? 'id' : 'en';
}
