/** Names of the colour maps; without their colours, which take d3 that the bot's own process does not load. */
export const COLOUR_MAPS = ['inferno', 'turbo', 'viridis', 'magma'] as const;
export type ColourMapName = (typeof COLOUR_MAPS)[number];

/** The perceptually uniform map whose low end is dark: equal steps of evidence look equal, in grey print as well. */
export const DEFAULT_COLOUR_MAP: ColourMapName = 'inferno';
