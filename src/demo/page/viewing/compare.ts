import type { ChatKey, MessageView } from '../../protocol.js';
import { button, element } from '../dom/element.js';
import { icon } from '../dom/icons.js';
import { ask } from '../requests.js';
import type { Toasts } from '../shell/toasts.js';
import type { Store } from '../store.js';
import type { Speech } from '../words/speech.js';
import { ClassList } from './class-list.js';
import { classNameOf, heatmapOf, isOf, replyTo, type NamedClass } from './heatmaps.js';
import { MapReader, type MapValues } from './map-reader.js';
import { Stage } from './stage.js';

interface Parts {
  readonly store: Store;
  readonly speech: Speech;
  readonly toasts: Toasts;
}

/** What is being compared. */
interface Shown {
  readonly chat: ChatKey;
  readonly photo: number;
  readonly heatmap: MessageView;
}

/** Photo and heatmap over each other, the classes as buttons, the map's numbers under the pointer. */
export class Compare {
  readonly node: HTMLDialogElement;
  readonly #parts: Parts;
  readonly #reader: MapReader;
  readonly #stage: Stage;
  readonly #title: HTMLElement;
  readonly #classList: ClassList;
  readonly #told: HTMLElement;
  #shown: Shown | null = null;
  #classes: readonly NamedClass[] = [];
  #maps = new Map<string, MapValues | undefined>();
  #asked: NamedClass | null = null;
  /** Ends what was begun for a photo or class that is no longer looked at. */
  #left = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
    const { speech, store } = parts;
    this.#reader = new MapReader(speech);
    this.#stage = new Stage(speech, this.#reader);
    this.#title = element('h2');
    this.#classList = new ClassList(speech, (wanted) => {
      void this.#choose(wanted);
    });
    this.#told = element('p', { class: 'compare-told', attributes: { role: 'status' } });
    const close = button({ class: 'icon-button' }, [icon('close')], () => {
      this.node.close();
    });
    speech.attribute(close, 'aria-label', (words) => words.close);
    this.node = element(
      'dialog',
      { class: 'compare' },
      element('header', { class: 'panel-head' }, this.#title, close),
      element('div', { class: 'compare-main' }, this.#stage.node, this.#reader.said),
      element(
        'div',
        { class: 'compare-side' },
        this.#classList.node,
        this.#told,
        speech.text(element('p', { class: 'hint' }), ({ classesHint }) => classesHint),
      ),
    );
    speech.attribute(this.node, 'aria-label', ({ compareTitle }) => compareTitle);
    this.node.addEventListener('click', ({ target }) => {
      if (target === this.node) this.node.close();
    });
    this.node.addEventListener('close', () => {
      this.#leave();
      this.#shown = null;
    });
    speech.on('changed', () => {
      this.#draw();
    });
    store.on('hello', () => {
      this.node.close();
    });
  }

  /** Opens the view on a heatmap. */
  show(heatmap: MessageView): void {
    const { chat, explains } = heatmap;
    if (explains === undefined) return;
    this.#leave();
    this.#classes = [];
    this.#maps = new Map();
    this.#shown = { chat, photo: explains, heatmap };
    this.#stage.reset();
    this.#showHeatmap(heatmap);
    if (!this.node.open) this.node.showModal();
    this.#stage.slider.focus();
  }

  #showHeatmap(heatmap: MessageView): void {
    if (this.#shown === null) return;
    const { store, speech } = this.#parts;
    this.#shown = { ...this.#shown, heatmap };
    this.#asked = null;
    const photo = store.message(this.#shown.chat, this.#shown.photo);
    this.#told.textContent = photo === undefined ? speech.words.photoGone : '';
    this.#stage.show(heatmap, photo);
    this.#draw();
    void this.#read(this.#left.signal);
  }

  /** Fetches the numbers of the class that is shown; the first answer also says which classes there are. */
  async #read(signal: AbortSignal): Promise<void> {
    const shown = this.#shown;
    if (shown === null) return;
    this.#reader.wait();
    const isLeft = (): boolean => signal.aborted || this.#shown?.heatmap !== shown.heatmap;
    try {
      if (this.#classes.length === 0) {
        const numbers = await ask('/api/map', { chat: shown.chat, photo: shown.photo });
        if (isLeft()) return;
        this.#classes = numbers.classes;
        if (numbers.map !== undefined) this.#maps.set(numbers.map.label, numbers.map);
        this.#draw();
      }
      const listed = this.#classes.find((one) => isOf(shown.heatmap, one));
      const label = listed?.label ?? classNameOf(shown.heatmap);
      if (label !== undefined && !this.#maps.has(label)) {
        const { classes, map } = await ask('/api/map', { chat: shown.chat, photo: shown.photo, label });
        if (isLeft()) return;
        this.#maps.set(label, map);
        // Only the likeliest are listed, and one that is asked for by its name.
        if (listed === undefined) this.#classes = classes;
        this.#draw();
      }
      if (!isLeft()) this.#reader.show(label === undefined ? undefined : this.#maps.get(label));
    } catch {
      // The view works without numbers; the sentence under the picture says that there are none.
      if (!isLeft()) this.#reader.show(undefined);
    }
  }

  /** Shows a class: the heatmap that the chat has, else the one that the bot is asked for. */
  async #choose(wanted: NamedClass): Promise<void> {
    const shown = this.#shown;
    if (shown === null) return;
    const { store, speech, toasts } = this.#parts;
    this.#leave();
    const there = heatmapOf(store, shown.chat, shown.photo, wanted);
    if (there !== undefined) {
      this.#showHeatmap(there);
      return;
    }
    const { self } = store;
    if (self === undefined) return;
    const { signal } = this.#left;
    const name = wanted.names[speech.language];
    const command = shown.chat === 'private' ? '/explain' : `/explain@${store.bot.username}`;
    const text = `${command} ${wanted.label}`;
    this.#asked = wanted;
    this.#told.textContent = speech.words.asking(name);
    this.#draw();
    const reply = replyTo(store, { chat: shown.chat, photo: shown.photo, wanted, text }, signal);
    const sent = await toasts.succeeds(
      ask('/api/text', { chat: shown.chat, from: self.id, replyTo: shown.photo, text }),
    );
    if (!sent) this.#leave();
    const said = await reply;
    if (signal.aborted && sent) return;
    this.#asked = null;
    if (!sent) this.#told.textContent = '';
    else if (said === 'nothing') this.#told.textContent = speech.words.noAnswerYet(name);
    else if ('sentence' in said) this.#told.textContent = said.sentence;
    else this.#showHeatmap(said.heatmap);
    this.#draw();
  }

  #leave(): void {
    this.#left.abort();
    this.#left = new AbortController();
    this.#asked = null;
  }

  #draw(): void {
    const shown = this.#shown;
    if (shown === null) return;
    const { speech } = this.#parts;
    const name = this.#classes.find((one) => isOf(shown.heatmap, one))?.names[speech.language];
    this.#title.textContent = name ?? classNameOf(shown.heatmap) ?? speech.words.heatmap;
    this.#classList.draw(this.#classes, { heatmap: shown.heatmap, asked: this.#asked });
  }
}
