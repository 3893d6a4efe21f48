import type { LogLineView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import type { Store } from '../store.js';
import { exactClock } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { Panel } from './panel.js';

/** As many lines as the server keeps. */
const LINES = 200;

const NEAR_END = 40;

/** What the bot logs, line by line; the end is followed until somebody scrolls up. */
export function fillLog(panel: Panel, store: Store, speech: Speech): void {
  const list = speech.attribute(
    element('ol', { class: 'log-lines', attributes: { tabindex: 0 } }),
    'aria-label',
    ({ logLines }) => logLines,
  );
  const nothing = speech.text(element('p', { class: 'hint' }), ({ logEmpty }) => logEmpty);
  const toEnd = button({ class: 'to-end' }, [icon('down')], () => {
    list.scrollTop = list.scrollHeight;
  });
  speech.attribute(toEnd, 'aria-label', ({ logEnd }) => logEnd);
  toEnd.hidden = true;
  let atEnd = true;
  const follow = (): void => {
    nothing.hidden = list.childElementCount > 0;
    if (atEnd) list.scrollTop = list.scrollHeight;
  };
  const draw = (): void => {
    list.replaceChildren(...store.log.map((line) => row(line, speech)));
    follow();
  };
  list.addEventListener('scroll', () => {
    atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_END;
    toEnd.hidden = atEnd;
  });
  store.on('hello', draw);
  store.on('log', (line) => {
    list.append(row(line, speech));
    while (list.childElementCount > LINES) list.firstElementChild?.remove();
    follow();
  });
  speech.on('changed', draw);
  panel.on('opened', () => {
    atEnd = true;
    follow();
  });
  panel.body.append(
    speech.text(element('p', { class: 'panel-intro' }), ({ logIntro }) => logIntro),
    nothing,
    list,
    toEnd,
  );
}

function row({ time, level, text, fields }: LogLineView, { words, language }: Speech): HTMLElement {
  const entries = Object.entries(fields);
  const line = [
    element('time', {}, exactClock(time, language)),
    ' ',
    element('span', { class: 'level' }, level),
    ' ',
    element('span', { class: 'log-text' }, text),
  ];
  if (entries.length === 0) return element('li', { class: `log-line level-${level}` }, element('p', {}, ...line));
  const facts = entries.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, shown(value))]);
  const count = element('span', { class: 'visually-hidden' }, ` ${words.logFields(entries.length)}`);
  return element(
    'li',
    { class: `log-line level-${level}` },
    element('details', {}, element('summary', {}, ...line, count), element('dl', {}, ...facts)),
  );
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
