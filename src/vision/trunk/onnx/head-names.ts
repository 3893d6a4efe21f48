/** Names of the inputs and outputs of a head that is an ONNX graph. */
export const SEED_INPUT = 'seed';
export const GRADIENT_OUTPUT = 'gradient';
export const SCORES_OUTPUT = 'scores';
export const cutInput = (index: number): string => `cut${index}`;
