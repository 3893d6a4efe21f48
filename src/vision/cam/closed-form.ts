import type { Plan, Weights } from '../trunk/plan.js';

/** A head that is global average pooling and one dense layer, where the channel weights need no differentiation. */
export interface PooledDense {
  /** [channels, units] */
  readonly kernel: Weights;
  /** Number of places that the pooling averages over. */
  readonly places: number;
}

/** Whether a pooling step averages over its whole input: global, or a window as large as the map. */
function averagesAll(plan: Plan, index: number): boolean {
  const step = plan.head[index];
  if (step === undefined) return false;
  const { operation } = step;
  if (operation.op === 'globalPool') return operation.kind === 'average';
  const [height = 0, width = 0] = plan.target?.shape ?? [];
  return (
    operation.op === 'pool' &&
    operation.kind === 'average' &&
    operation.size[0] === height &&
    operation.size[1] === width &&
    step.shape[0] === 1 &&
    step.shape[1] === 1 &&
    Object.values(operation.padding).every((side) => side === 0)
  );
}

/** The pooled dense form of the head, or null where the head is anything else. */
export function pooledDense(plan: Plan): PooledDense | null {
  const [height = 0, width = 0] = plan.target?.shape ?? [];
  const steps = plan.head.filter((step, index) => index === 0 || step.operation.op !== 'reshape');
  const last = steps[1]?.operation;
  if (steps.length !== 2 || !averagesAll(plan, 0) || plan.cut.length !== 1) return null;
  if (last?.op === 'dense' && last.activation === 'linear') return { kernel: last.kernel, places: height * width };
  if (last?.op === 'conv' && last.activation === 'linear' && last.groups === 1 && last.filter.values.length > 0) {
    const [kernelHeight, kernelWidth, channels = 0, units = 0] = last.filter.shape;
    if (kernelHeight !== 1 || kernelWidth !== 1) return null;
    return { kernel: { shape: [channels, units], values: last.filter.values }, places: height * width };
  }
  return null;
}

/**
 * alpha_k = sum_c seed_c W[k, c] / (H W): what the mean gradient is on pooling + one dense layer (Zhou et al. 2016,
 * section 2; up to the factor, Selvaraju et al. 2017, appendix A). One class has a one-hot seed.
 *
 * @param seed how much each unit's score weighs in what is explained: [units]
 */
export function closedFormAlphas({ kernel, places }: PooledDense, seed: Float32Array): Float64Array {
  const [channels = 0, units = 0] = kernel.shape;
  const weighing = Array.from(seed.keys()).filter((unit) => seed[unit] !== 0);
  return Float64Array.from({ length: channels }, (_, k) => {
    const sum = weighing.reduce((total, unit) => total + (seed[unit] ?? 0) * (kernel.values[k * units + unit] ?? 0), 0);
    return sum / places;
  });
}

/** Whether the head is global pooling followed by dense layers: where averaging the gradient loses nothing. */
export function isPoolingHead(plan: Plan): boolean {
  const [first, ...rest] = plan.head;
  if (first === undefined || plan.cut.length !== 1) return false;
  const pools = first.operation.op === 'globalPool' || averagesAll(plan, 0);
  return pools && rest.every((step) => (step.shape[0] ?? 1) === 1 || step.shape.length === 1);
}
