import type { StoredTensor } from './keras/weights.js';

/** A layers model in memory as TensorFlow.js' loader takes it, whatever file it was read from. */
export interface LayersModelData {
  readonly topology: Readonly<Record<string, unknown>>;
  readonly weightSpecs: readonly ({
    readonly name: string;
    readonly shape: readonly number[];
  } & StoredTensor['encoding'])[];
  readonly weightData: ArrayBuffer;
  /** Layers as the model's author counts them, and numbers in their weights. */
  readonly layers: number;
  readonly parameters: number;
  /** What made it, in a few words. */
  readonly origin: string;
}
