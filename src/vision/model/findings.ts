import type { PixelRange } from '../pixel-range.js';
import type { Expected } from './plan-proof.js';
import type { Compiled, OutputKind } from '../trunk/plan.js';

/** What a network itself shows of the pixel values it was trained on. */
export type RangeGuess =
  /** It begins with layers that scale pixels; `layer` is the first of them. */
  | { readonly from: 'own-layers'; readonly range: PixelRange; readonly layer: string }
  /** Its layers bear the names of a network that was published with its preprocessing. */
  | { readonly from: 'architecture'; readonly range: PixelRange; readonly architecture: string }
  /** It was saved by a program whose models are most often trained on this. */
  | { readonly from: 'exporter'; readonly range: PixelRange; readonly exporter: string };

/** The output that is taken for the classification. */
export interface FoundOutput {
  /** As its author knows it: a layer or a graph node. */
  readonly name: string;
  /** How many outputs the model has. */
  readonly among: number;
  /** Whether it was named in `classifier.json`. */
  readonly asked: boolean;
  readonly kind: OutputKind;
  /** Two for one sigmoid. */
  readonly classes: number;
}

/** What reading a network showed of it beside its steps: for people, and for what they did not say themselves. */
export interface Findings {
  /** Where the network comes from, in a few words: `Keras 3.4.1 (.keras)`, `TensorFlow.js graph model`. */
  readonly origin: string;
  /** Layers as its author counts them, those of nested models too; nodes of a graph model. */
  readonly layers: number;
  /** Numbers in its weights. */
  readonly parameters: number;
  /** Colour channels of the picture it takes: 3, or 1 for grey. */
  readonly channels: number;
  readonly output: FoundOutput;
  /** Null where nothing in it tells. */
  readonly range: RangeGuess | null;
  /** Names of the classes in the network's own file; empty where it has none. */
  readonly labels: readonly string[];
  /** How photos are made fit, as models of the program that saved it are trained; null where nothing tells. */
  readonly resize: { readonly to: 'crop'; readonly exporter: string } | null;
}

/** A compiled network and what was found while it was read. */
export interface Compilation {
  readonly compiled: Compiled;
  /** What the plan must come to; null where there is none, because the model itself runs. */
  readonly expected: Expected | null;
  readonly findings: Findings;
}
