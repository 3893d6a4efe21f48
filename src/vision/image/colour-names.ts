/** The colours that heatmaps come in, by the names of their maps: apart from the maps, which load d3. */
export const COLOUR_MAPS = ['inferno', 'turbo', 'viridis', 'magma'] as const;

export type ColourMapName = (typeof COLOUR_MAPS)[number];
