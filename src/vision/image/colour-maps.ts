/** Names of the colour maps; without their colours, which take d3 that the bot's own process does not load. */
export const COLOUR_MAPS = ['viridis', 'turbo', 'inferno', 'magma'] as const;
export type ColourMapName = (typeof COLOUR_MAPS)[number];

/**
 * Perceptually uniform, and without red and orange: it can be seen on fruit, fire and skin too, as was measured, see
 * `docs/decisions/heatmap-colours.md`.
 */
export const DEFAULT_COLOUR_MAP: ColourMapName = 'viridis';
