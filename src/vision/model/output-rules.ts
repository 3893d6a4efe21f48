import { VisionError } from '../vision-error.js';
import { sizeOf } from '../trunk/plan.js';
import type { OutputKind, Shape } from '../trunk/plan.js';
import type { OutputChoice } from './choice.js';
import type { FoundOutput } from './findings.js';

/** What an output does last, as far as it decides what its numbers mean. */
export type Closing =
  /** `over` numbers that add up to one. */
  | { readonly kind: 'softmax'; readonly over: number }
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'linear' }
  /** Another function, by its name. */
  | { readonly kind: 'other'; readonly what: string }
  /** Computed from probabilities: those of the layer or node called `of`. */
  | { readonly kind: 'from-probabilities'; readonly of: string };

/** An output that may be the classification. */
export interface Candidate {
  readonly name: string;
  /** Without the batch. */
  readonly shape: Shape;
  readonly closing: Closing;
}

type Judgement =
  | { readonly fits: true; readonly kind: OutputKind; readonly classes: number }
  | { readonly fits: false; readonly why: string };

const unfit = (why: string): Judgement => ({ fits: false, why });

/** Whether an output classifies, and how it is read; else the rest of a sentence that begins with it. */
function judge({ shape, closing }: Candidate, labels: number): Judgement {
  const size = sizeOf(shape);
  if (shape.filter((side) => side > 1).length > 1) {
    return unfit(
      `has the shape [${shape.join(', ')}], numbers for places instead of for the whole picture, as autoencoders and segmentations do`,
    );
  }
  switch (closing.kind) {
    case 'softmax':
      if (closing.over === 1) return unfit('is a softmax over one number, which is always 100 %');
      return { fits: true, kind: 'softmax', classes: size };
    case 'sigmoid':
      return size === 1
        ? { fits: true, kind: 'one-sigmoid', classes: 2 }
        : { fits: true, kind: 'sigmoids', classes: size };
    case 'linear':
      if (size > 1) return { fits: true, kind: 'linear', classes: size };
      if (labels === 2) return { fits: true, kind: 'one-sigmoid', classes: 2 };
      return unfit(
        `is one number without a sigmoid, as of a regression; it is read as the score of two classes where there are exactly two labels, and there are ${labels}`,
      );
    case 'other':
      return unfit(`ends in ${closing.what}, whose numbers are neither probabilities nor the scores of any`);
    case 'from-probabilities':
      return unfit(
        `is computed from probabilities, those of "${closing.of}": only a softmax, a sigmoid or the scores before them are read`,
      );
  }
}

/** A candidate that fits, with what it is read as. */
export interface Choice<C extends Candidate> {
  readonly candidate: C;
  readonly found: FoundOutput;
}

const WAY_OUT = 'Say which is the classification with "output": "<name>" in classifier.json.';

const listed = (candidates: readonly Candidate[]): string => candidates.map(({ name }) => `"${name}"`).join(', ');

/**
 * Takes the output that is the classification: the one asked for; else the only softmax; else the only one of softmax
 * and sigmoids; else the only one with as many classes as there are labels.
 *
 * @throws VisionError `invalid-model` where there is none or it cannot be told, saying why and what helps.
 */
export function chooseOutput<C extends Candidate>(candidates: readonly C[], choice: OutputChoice): Choice<C> {
  const asked = choice.output === null ? candidates : candidates.filter(({ name }) => name === choice.output);
  if (asked.length === 0 && choice.output !== null) {
    throw new VisionError(
      'invalid-model',
      `The model has no output "${choice.output}", which classifier.json names; it has ${listed(candidates)}.`,
    );
  }
  const judged = asked.map((candidate) => ({ candidate, judgement: judge(candidate, choice.labels) }));
  const fitting = judged.flatMap(({ candidate, judgement }) =>
    judgement.fits ? [{ candidate, kind: judgement.kind, classes: judgement.classes }] : [],
  );
  if (fitting.length === 0) {
    const whys = judged.map(
      ({ candidate, judgement }) => `output "${candidate.name}" ${judgement.fits ? '' : judgement.why}`,
    );
    throw new VisionError('invalid-model', `The model is no classifier: its ${whys.join('; its ')}.`);
  }
  const rules: ((each: (typeof fitting)[number]) => boolean)[] = [
    () => true,
    ({ kind }) => kind === 'softmax',
    ({ candidate }) => candidate.closing.kind !== 'linear',
    ({ classes }) => classes === choice.labels,
  ];
  for (const rule of rules) {
    const [one, another] = fitting.filter(rule);
    if (one === undefined || another !== undefined) continue;
    const { kind, classes, candidate } = one;
    const found = { name: candidate.name, among: candidates.length, asked: choice.output !== null, kind, classes };
    return { candidate, found };
  }
  throw new VisionError(
    'invalid-model',
    `The model has ${fitting.length} outputs that could be the classification: ${listed(fitting.map(({ candidate }) => candidate))}. ${WAY_OUT}`,
  );
}
