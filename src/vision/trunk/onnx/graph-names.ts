/** Names of inputs and outputs of the graphs that are written here: a network, or a head with its gradient. */
export const SEED_INPUT = 'seed';
export const GRADIENT_OUTPUT = 'gradient';
export const SCORES_OUTPUT = 'scores';
/** Of a cut value by its position: a network gives it, a head takes it. */
export const cutName = (index: number): string => `cut${index}`;
