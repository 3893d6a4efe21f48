import type { MapNumbers } from '../../protocol.js';
import { element } from '../dom/element.js';
import { percent } from '../words/figures.js';
import type { Speech } from '../words/speech.js';

export type MapValues = NonNullable<MapNumbers['map']>;

interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Lies over the picture, outlines one cell of the map and says its value; it can be steered with the arrow keys. */
export class MapReader {
  /** The field over the picture. */
  readonly field: HTMLElement;
  /** The sentence. */
  readonly said: HTMLElement;
  readonly #speech: Speech;
  readonly #outline: HTMLElement;
  #map: MapValues | null = null;
  #state: 'loading' | 'none' | 'there' = 'loading';
  #cell: Cell | null = null;

  constructor(speech: Speech) {
    this.#speech = speech;
    this.#outline = element('div', { class: 'cell', attributes: { 'aria-hidden': 'true' } });
    this.field = element(
      'div',
      { class: 'map-field', attributes: { tabindex: 0, role: 'application', 'aria-describedby': 'map-said' } },
      this.#outline,
    );
    speech.attribute(this.field, 'aria-label', ({ numbers }) => numbers);
    this.said = element('p', { class: 'map-said', attributes: { role: 'status', id: 'map-said' } });
    this.field.addEventListener('keydown', (event) => {
      if (this.#walk(event.key)) event.preventDefault();
    });
    speech.on('changed', () => {
      this.#draw();
    });
    this.wait();
  }

  /** Until the numbers are there, the picture works without them. */
  wait(): void {
    this.#set('loading', null);
  }

  show(map: MapValues | undefined): void {
    this.#set(map === undefined ? 'none' : 'there', map ?? null);
  }

  /** Reads the cell under a point of the window; a point beside the map reads none. */
  readAt(x: number, y: number): void {
    const map = this.#map;
    if (map === null) return;
    const { left, top, width, height } = this.field.getBoundingClientRect();
    const across = ((x - left) / width - map.area.left) / map.area.width;
    const down = ((y - top) / height - map.area.top) / map.area.height;
    const inside = across >= 0 && across < 1 && down >= 0 && down < 1;
    this.#cell = inside ? { row: Math.floor(down * map.rows), column: Math.floor(across * map.columns) } : null;
    this.#draw();
  }

  #walk(key: string): boolean {
    const map = this.#map;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key];
    if (map === null || step === undefined) return false;
    const [down = 0, right = 0] = step;
    this.#cell =
      this.#cell === null
        ? { row: 0, column: 0 }
        : {
            row: Math.max(0, Math.min(map.rows - 1, this.#cell.row + down)),
            column: Math.max(0, Math.min(map.columns - 1, this.#cell.column + right)),
          };
    this.#draw();
    return true;
  }

  #set(state: 'loading' | 'none' | 'there', map: MapValues | null): void {
    const sameGrid = map !== null && this.#map?.rows === map.rows && this.#map.columns === map.columns;
    if (!sameGrid && state !== 'loading') this.#cell = null;
    this.#state = state;
    this.#map = map;
    this.#draw();
  }

  #draw(): void {
    const { words, language } = this.#speech;
    const map = this.#map;
    const cell = this.#cell;
    this.#outline.hidden = map === null || cell === null;
    if (map === null || cell === null) {
      const sentences = { loading: words.numbersLoading, none: words.numbersNone, there: words.numbersHint };
      this.said.textContent = sentences[this.#state];
      return;
    }
    const value = map.values[cell.row * map.columns + cell.column] ?? 0;
    this.said.textContent = words.cell(cell.row + 1, cell.column + 1, percent(value, language));
    const { style } = this.#outline;
    style.left = share(map.area.left + (cell.column / map.columns) * map.area.width);
    style.top = share(map.area.top + (cell.row / map.rows) * map.area.height);
    style.width = share(map.area.width / map.columns);
    style.height = share(map.area.height / map.rows);
  }
}

function share(part: number): string {
  return `${part * 100}%`;
}
