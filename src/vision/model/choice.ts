/** What decides which output of a network is taken for the classification and how it is read. */
export interface OutputChoice {
  /** How many labels there are; 0 for none. */
  readonly labels: number;
  /** The output that is asked for by name; null for the one the rules find. */
  readonly output: string | null;
}

/** What is decided before a model is compiled. */
export interface CompileChoice extends OutputChoice {
  /** The target layer; null for the one the dry-run rule finds. */
  readonly layer: string | null;
  /** What a network is given that takes pictures of any size; null where nobody says. */
  readonly picture: { readonly height: number; readonly width: number; readonly channels: number } | null;
}

/** Nothing is decided beforehand. */
export const NO_CHOICE: CompileChoice = { labels: 0, output: null, layer: null, picture: null };
