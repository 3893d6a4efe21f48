import type { CutValues, HeadRun } from '../head/head.js';
import type { Shape } from '../trunk/plan.js';

/**
 * A way from what is known of a photo to a map. Each states what it needs, so that nothing is computed for it that it
 * does not look at, and nothing is left out that it does.
 *
 * Activations A and gradients G = dy_c/dA are height x width x channels, row-major; y_c is the score of what is explained,
 * before softmax or sigmoid. A map is height x width, still before ReLU: `normalise` applies the one ReLU, after the
 * channel sum.
 */
export type CamMethod = ActivationMethod | GradientMethod | ForwardMethod;

/** Looks at the activations alone, and so gives the same map whatever class is asked for. */
export interface ActivationMethod {
  readonly title: string;
  readonly needs: 'activations';
  map(activations: Float32Array, shape: Shape): Float32Array;
}

export interface GradientMethod {
  readonly title: string;
  readonly needs: 'gradients';
  map(activations: Float32Array, gradients: Float32Array, shape: Shape): Float32Array;
  /**
   * The same map where channel k has the gradient g_k at every place, which the weights behind global average pooling
   * give without differentiating; null for a method that has no shorter form then.
   */
  readonly fromWeights: ((activations: Float32Array, weights: ArrayLike<number>, shape: Shape) => Float32Array) | null;
}

/** Looks at changed versions of the photo: a forward pass of the whole network each. */
export interface ForwardMethod {
  readonly title: string;
  readonly needs: 'forward-passes';
  /** The most forward passes that one map takes. */
  readonly mostPasses: number;
  map(given: Given): Promise<Float32Array>;
}

/** What one forward pass leaves behind. */
export interface Pass {
  /** The target's feature map, and whatever else the head reads. */
  readonly cut: CutValues;
  /** Of the network's outputs, before softmax or sigmoid. */
  readonly scores: Float32Array;
  /** The head's run over the cut values. */
  readonly run: () => Promise<HeadRun>;
}

/** A changed input: what each place, row-major, is a copy of, and what that is multiplied by. */
export interface Change {
  readonly from?: (place: number) => number;
  readonly factor?: (place: number) => number;
}

/** The photo as the network takes it, after the pixel range, to be looked at once more with changes. */
export interface Picture {
  readonly height: number;
  readonly width: number;
  look(change: Change): Promise<Pass>;
}

/** What a method of forward passes works with. */
export interface Given {
  readonly activations: Float32Array;
  readonly shape: Shape;
  readonly picture: Picture;
  /** y_c from the scores of any pass. */
  readonly score: (scores: Float32Array) => number;
  /** The finished map that suits the model, 0..1, of the photo (null) or of a pass; null where nothing speaks for the class. */
  readonly usualMap: (pass: Pass | null) => Promise<Float32Array | null>;
}
