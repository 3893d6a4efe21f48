import colours from 'picocolors';
import { LOG_LEVELS } from '../log.js';
import type { LogLineView } from './protocol.js';
import { languageOfSystem } from './settings.js';
import { TERMINAL_WORDS } from './terminal-words.js';

/** What of the bot's log is printed where nobody says. */
const LEAST_PRINTED = 'warn';

/** Characters of one field in a line; the page has the whole of it. */
const MAX_FIELD = 120;

/** What the demo says where it was started. */
export class Terminal {
  readonly #printed: readonly string[];
  readonly #words: (typeof TERMINAL_WORDS)['en'];

  constructor(env: NodeJS.ProcessEnv) {
    this.#words = TERMINAL_WORDS[languageOfSystem(env)];
    const wanted = LOG_LEVELS.find((level) => level === env['LOG_LEVEL']?.trim().toLowerCase()) ?? LEAST_PRINTED;
    this.#printed = LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(wanted) + 1);
  }

  /** @param wanted the port that was asked for */
  ready(port: number, wanted: number): void {
    const { bold, cyan, dim } = colours;
    const { running, taken, about, token } = this.#words;
    this.#say(
      '',
      bold(`  ${running}`),
      '',
      `      ${bold(cyan(`http://localhost:${port}`))}`,
      '',
      ...(wanted !== 0 && port !== wanted ? [`  ${taken(wanted)}`] : []),
      ...about.map((line) => `  ${line}`),
      dim(`  ${token}`),
      '',
    );
  }

  ending(): void {
    this.#say('', `  ${this.#words.ending}`);
  }

  botSaid({ time, level, text, fields }: LogLineView): void {
    if (!this.#printed.includes(level)) return;
    const clock = new Date(time * 1000).toISOString().slice(11, 19);
    const paint =
      level === 'error' || level === 'fatal' ? colours.red : level === 'warn' ? colours.yellow : colours.dim;
    const details = Object.entries(fields).map(([name, value]) => `${name}=${shortened(value)}`);
    this.#say([`  ${clock}`, paint(level), text, colours.dim(details.join(' '))].join(' ').trimEnd());
  }

  /** Why there is no demo. */
  complain(text: string): void {
    process.stderr.write(`${text.trim()}\n`);
  }

  /** What nobody foresaw, with all that helps to find it. */
  failed(error: unknown): void {
    process.stderr.write(
      `${colours.red('The demo failed:')} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
  }

  #say(...lines: readonly string[]): void {
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

function shortened(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_FIELD ? `${text.slice(0, MAX_FIELD)}…` : text;
}
