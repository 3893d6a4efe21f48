import { element } from '../dom/element.js';
import { day, dayNumber } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { Block } from './blocks.js';
import { bubble, type BubbleParts } from './bubble.js';
import { serviceSentence } from './service.js';

/** Draws a piece of a conversation. */
export function blockNode(block: Block, parts: BubbleParts): HTMLLIElement {
  const { store, speech } = parts;
  switch (block.kind) {
    case 'day':
      return element('li', { class: 'day' }, element('span', {}, dayName(block.date, speech)));
    case 'service': {
      const sentence = serviceSentence(block.message, speech.words, store.bot.name);
      return element('li', { class: 'day service' }, element('span', {}, sentence));
    }
    case 'messages':
      return bubble(block, parts);
  }
}

function dayName(date: number, { words, language }: Speech): string {
  const ago = dayNumber(Date.now() / 1000) - dayNumber(date);
  if (ago === 0) return words.today;
  return ago === 1 ? words.yesterday : day(date, language);
}
