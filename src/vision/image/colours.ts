import { interpolateInferno, interpolateMagma, interpolateTurbo, interpolateViridis } from 'd3-scale-chromatic';
import type { ColourMapName } from './colour-maps.js';

const LEVELS = 256;

const RAMPS: Record<ColourMapName, (value: number) => string> = {
  inferno: interpolateInferno,
  turbo: interpolateTurbo,
  viridis: interpolateViridis,
  magma: interpolateMagma,
};

const tables = new Map<ColourMapName, Uint8Array>();

/**
 * A colour map as 256 RGB triples, from low to high (768 bytes). Made once per name; treat it as read-only.
 *
 * `inferno`, `magma` and `viridis` are Smith and van der Walt's perceptually uniform maps
 * (https://bids.github.io/colormap/); `turbo` is Mikhailov's smoothed rainbow, for those who ask for one.
 */
export function colourTable(name: ColourMapName): Uint8Array {
  let table = tables.get(name);
  if (table === undefined) {
    table = new Uint8Array(LEVELS * 3);
    for (let level = 0; level < LEVELS; level++) {
      table.set(channels(RAMPS[name](level / (LEVELS - 1))), level * 3);
    }
    tables.set(name, table);
  }
  return table;
}

/** d3 writes a listed colour as `#rrggbb` and a computed one as `rgb(r, g, b)`. */
function channels(colour: string): number[] {
  return colour.startsWith('#')
    ? [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16))
    : (colour.match(/\d+/g) ?? []).map(Number);
}
