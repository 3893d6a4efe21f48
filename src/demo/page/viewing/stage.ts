import type { MessageView } from '../../protocol.js';
import { element } from '../dom/element.js';
import { altOf } from '../messages/media.js';
import { picture } from '../messages/picture.js';
import { percent } from '../words/figures.js';
import type { Speech } from '../words/speech.js';
import type { MapReader } from './map-reader.js';
import { pictureOf } from './pictures.js';

/** The photo and, over its left part, the heatmap; a slider says how far. */
export class Stage {
  readonly node: HTMLElement;
  readonly slider: HTMLInputElement;
  readonly #speech: Speech;
  readonly #under: HTMLElement;
  readonly #over: HTMLElement;
  readonly #frame: HTMLElement;

  constructor(speech: Speech, reader: MapReader) {
    this.#speech = speech;
    this.#under = element('div', { class: 'stage-photo' });
    this.#over = element('div', { class: 'stage-heatmap' });
    const handle = element('div', { class: 'stage-handle', attributes: { 'aria-hidden': 'true' } });
    this.#frame = element('div', { class: 'stage-frame' }, this.#under, this.#over, handle, reader.field);
    this.slider = element('input', {
      attributes: { type: 'range', min: 0, max: 100, value: 50, class: 'stage-slider' },
    });
    speech.attribute(this.slider, 'aria-label', ({ compareSlider }) => compareSlider);
    this.slider.addEventListener('input', () => {
      this.#split();
    });
    this.node = element('div', { class: 'stage' }, this.#frame, this.slider);
    this.#dragOn(reader);
    this.#split();
  }

  /** Shows a heatmap over its photo; without the photo the heatmap alone. */
  show(heatmap: MessageView, photo: MessageView | undefined): void {
    const { words } = this.#speech;
    const shown = [
      { node: this.#under, message: photo },
      { node: this.#over, message: heatmap },
    ];
    for (const { node, message } of shown) {
      const url = message && pictureOf(message);
      node.replaceChildren(
        ...(message && url !== undefined ? [picture({ url, alt: altOf(message, this.#speech), words })] : []),
      );
    }
    const size = heatmap.photo ?? photo?.photo;
    if (size !== undefined) {
      this.#frame.style.setProperty('--width', String(size.width));
      this.#frame.style.setProperty('--height', String(size.height));
    }
    this.slider.disabled = photo === undefined;
    if (photo === undefined) this.slider.value = '100';
    this.#split();
  }

  /** Half and half. */
  reset(): void {
    this.slider.value = '50';
    this.#split();
  }

  #split(): void {
    const { words, language } = this.#speech;
    this.#frame.style.setProperty('--split', `${this.slider.value}%`);
    this.slider.setAttribute('aria-valuetext', words.sliderValue(percent(Number(this.slider.value) / 100, language)));
  }

  /** Pointing reads the numbers, dragging moves the slider too. */
  #dragOn(reader: MapReader): void {
    const follow = ({ clientX }: PointerEvent): void => {
      if (this.slider.disabled) return;
      const { left, width } = this.#frame.getBoundingClientRect();
      this.slider.value = String(Math.round((Math.max(0, Math.min(width, clientX - left)) / width) * 100));
      this.#split();
    };
    const { field } = reader;
    field.addEventListener('pointerdown', (event) => {
      field.setPointerCapture(event.pointerId);
      reader.readAt(event.clientX, event.clientY);
      follow(event);
    });
    field.addEventListener('pointermove', (event) => {
      reader.readAt(event.clientX, event.clientY);
      if (field.hasPointerCapture(event.pointerId)) follow(event);
    });
  }
}
