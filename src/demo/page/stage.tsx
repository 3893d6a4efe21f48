import type { TargetedPointerEvent } from 'preact';
import { useState } from 'preact/hooks';
import type { MapView } from '../protocol.js';
import { usePage } from './page.js';
import type { Picture } from './page.js';
import { percent } from './words/words.js';

/** A value of a map by its place. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

interface Props {
  readonly photo: Picture | null;
  readonly heatmap: Picture | null;
  readonly map: MapView['map'] | undefined;
  readonly cell: Cell | null;
  readonly read: (cell: Cell | null) => void;
}

/** Where the arrow keys lead. */
const DOWN: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: 0, ArrowRight: 0 };
const RIGHT: Readonly<Record<string, number>> = { ArrowUp: 0, ArrowDown: 0, ArrowLeft: -1, ArrowRight: 1 };

/**
 * The photo and, over its left part, the heatmap; a slider says how far. Pointing reads a cell of the map, as the arrow
 * keys do, and dragging moves the slider too.
 */
export function Stage({ photo, heatmap, map, cell, read }: Props) {
  const { words, language } = usePage();
  const [split, setSplit] = useState(50);

  const point = ({ clientX, clientY, pointerId, currentTarget: node }: TargetedPointerEvent<HTMLElement>) => {
    const { left, top, width, height } = node.getBoundingClientRect();
    const [across, down] = [(clientX - left) / width, (clientY - top) / height];
    if (node.hasPointerCapture(pointerId)) setSplit(Math.round(within(across, 0, 1) * 100));
    if (map !== undefined) read(cellAt(map, across, down));
  };
  const walk = (event: KeyboardEvent) => {
    const [down, right] = [DOWN[event.key], RIGHT[event.key]];
    if (map === undefined || down === undefined || right === undefined) return;
    event.preventDefault();
    const { row, column } = cell ?? { row: -down, column: -right };
    read({ row: within(row + down, 0, map.rows - 1), column: within(column + right, 0, map.columns - 1) });
  };
  return (
    <div class="stage">
      <div class="frame" style={{ '--split': `${split}%` }}>
        {photo !== null && <img src={photo.url} alt={photo.name} />}
        {heatmap !== null && <img class="over" src={heatmap.url} alt={heatmap.name} />}
        <div
          class="map-field"
          tabIndex={0}
          role="application"
          aria-label={words.numbers}
          onKeyDown={walk}
          onPointerMove={point}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            point(event);
          }}
        >
          {map !== undefined && cell !== null && <div class="cell" style={placeOf(map, cell)} />}
        </div>
      </div>
      <input
        type="range"
        min={0}
        max={100}
        value={split}
        aria-label={words.compareSlider}
        aria-valuetext={words.sliderValue(percent(split / 100, language))}
        onInput={({ currentTarget }) => setSplit(currentTarget.valueAsNumber)}
      />
    </div>
  );
}

type Values = NonNullable<MapView['map']>;

/** The cell under a point of the picture, given as shares of its width and height; a point beside the map has none. */
function cellAt({ rows, columns, area }: Values, across: number, down: number): Cell | null {
  const row = Math.floor(((down - area.top) / area.height) * rows);
  const column = Math.floor(((across - area.left) / area.width) * columns);
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
}

function placeOf({ rows, columns, area }: Values, { row, column }: Cell) {
  const share = (part: number) => `${part * 100}%`;
  return {
    left: share(area.left + (column / columns) * area.width),
    top: share(area.top + (row / rows) * area.height),
    width: share(area.width / columns),
    height: share(area.height / rows),
  };
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
