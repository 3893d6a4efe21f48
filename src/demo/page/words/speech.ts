import type { Language } from '../../protocol.js';
import { Emitter } from '../dom/emitter.js';
import type { Words } from './catalogue.js';
import { en } from './en.js';
import { id } from './id.js';

export type { FaultWords, Words } from './catalogue.js';

const CATALOGUES: Readonly<Record<Language, Words>> = { en, id };

type Pick = (words: Words) => string;

/**
 * The language the page speaks. What stands in the page for good is said once with `text` and `attribute` and follows by
 * itself; what is drawn anew listens to `changed`.
 */
export class Speech extends Emitter<{ changed: Words }> {
  #words: Words = en;
  readonly #standing: (() => void)[] = [];

  get words(): Words {
    return this.#words;
  }

  get language(): Language {
    return this.#words.language;
  }

  /** Makes `node` say it; for nodes that stay as long as the page. */
  text<Made extends Node>(node: Made, pick: Pick): Made {
    this.#stand(() => {
      node.textContent = pick(this.#words);
    });
    return node;
  }

  /** The same for an attribute, such as `aria-label`. */
  attribute<Made extends Element>(node: Made, name: string, pick: Pick): Made {
    this.#stand(() => {
      node.setAttribute(name, pick(this.#words));
    });
    return node;
  }

  speak(language: Language): void {
    document.documentElement.lang = language;
    if (language === this.#words.language) return;
    this.#words = CATALOGUES[language];
    for (const say of this.#standing) say();
    this.emit('changed', this.#words);
  }

  #stand(say: () => void): void {
    this.#standing.push(say);
    say();
  }
}
