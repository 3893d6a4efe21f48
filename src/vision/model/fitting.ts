import { VisionError } from '../vision-error.js';
import { isInterval, pixelRangeText } from '../pixel-range.js';
import type { PixelRange } from '../pixel-range.js';
import type { Classifier } from './classifier.js';
import type { Findings } from './findings.js';
import { nameIn } from './labels.js';

function invalid(message: string): VisionError {
  return new VisionError('invalid-model', message);
}

/** What is most often the matter where labels are not as many as classes. */
function usualCause({ labels }: Classifier, { kind, classes }: Findings['output']): string {
  const [first] = labels;
  if (kind === 'one-sigmoid') {
    return 'It has one output, which is read as two classes: the first label for near 0, the second for near 1.';
  }
  switch (labels.length - classes) {
    case 1: {
      const here = first === undefined ? '' : `; the first here is "${nameIn(first, 'en')}"`;
      return `One too many is most often a line that is no class, at the beginning: "background", or a title${here}.`;
    }
    case -1:
      return 'One too few is most often a class for the background, which is the first, or a class whose line is empty.';
    default:
      return 'They are probably the labels of another model.';
  }
}

function checkLabels(classifier: Classifier, { output }: Findings): void {
  const { labels, labelsFile } = classifier;
  if (labels.length === 0 || labels.length === output.classes) return;
  const file = labelsFile ?? 'labels.txt';
  const other =
    output.among > 1
      ? ` The classes are those of its output "${output.name}", one of ${output.among}; for another, write its name as "output" into classifier.json.`
      : '';
  throw invalid(
    `The model has ${output.classes} classes, and ${file} has ${labels.length} label${labels.length === 1 ? '' : 's'}. ` +
      `${usualCause(classifier, output)} Correct ${file}, or add the model with the right --labels.${other}`,
  );
}

function checkGroups({ groups }: Classifier, { output }: Findings): void {
  if (groups.length === 0) return;
  if (output.kind !== 'softmax' && output.kind !== 'linear') {
    const why = 'its probabilities do not add up to one (each output has a sigmoid)';
    throw invalid(`This model cannot have "groups" in its classifier.json: ${why}.`);
  }
  const last = Math.max(...groups.flatMap(({ own }) => own));
  if (last < output.classes) return;
  throw invalid(`The "groups" name class #${last}, and the model has ${output.classes} classes.`);
}

/**
 * Refuses what is said of a classifier that its network cannot have.
 *
 * @throws VisionError `invalid-model` for labels that are not as many as its classes, and for kinds; `invalid-argument`
 *   for a preprocessing of colours before a network of grey.
 */
export function checkFits(classifier: Classifier, findings: Findings, range: PixelRange): void {
  checkLabels(classifier, findings);
  checkGroups(classifier, findings);
  if (!isInterval(range) && findings.channels !== 3) {
    throw new VisionError(
      'invalid-argument',
      `The range ${pixelRangeText(range)} is one of colours, and the model takes grey pictures.`,
    );
  }
}
