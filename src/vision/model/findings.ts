import type { Compiled } from '../trunk/plan.js';

/** What reading a network showed of it beside its steps: for people, and for what they did not say themselves. */
export interface Findings {
  /** Where the network comes from, in a few words: `Keras 3.4.1 (.keras)`, `TensorFlow.js graph model`. */
  readonly origin: string;
  /** Layers as its author counts them, those of nested models too; nodes of a graph model. */
  readonly layers: number;
  /** Numbers in its weights. */
  readonly parameters: number;
}

/** A compiled network and what was found while it was read. */
export interface Compilation {
  readonly compiled: Compiled;
  readonly findings: Findings;
}
