import { distance } from 'fastest-levenshtein';
import { VisionError } from '../vision/errors.js';
import type { Prediction } from '../vision/engine.js';
import type { Classifier } from '../vision/model/classifier.js';

/** How many near labels an unknown one is answered with. */
const SUGGESTIONS = 5;

/** Which class of a prediction someone asked for. */
export type ClassQuery =
  | { readonly by: 'rank'; readonly rank: number }
  | { readonly by: 'index'; readonly index: number }
  | { readonly by: 'label'; readonly label: string };

/** Reads `2` as a rank, `#341` as a class index, anything else as a label. */
export function parseClassQuery(text: string): ClassQuery {
  const trimmed = text.trim();
  if (/^\d+$/.test(trimmed)) return { by: 'rank', rank: Number(trimmed) };
  if (/^#\d+$/.test(trimmed)) return { by: 'index', index: Number(trimmed.slice(1)) };
  return { by: 'label', label: trimmed };
}

/** Every name of every class, as typed by someone who does not care for capitals. */
function names(classifier: Classifier): { index: number; name: string }[] {
  return classifier.labels.flatMap((label, index) =>
    Object.values(label).map((name) => ({ index, name: name.toLocaleLowerCase() })),
  );
}

/**
 * The index of the class a query means in this prediction.
 *
 * @throws VisionError `invalid-argument`, with the range of ranks or the nearest labels.
 */
export function resolveClass(query: ClassQuery, prediction: Prediction, classifier: Classifier): number {
  const count = prediction.classes.length;
  if (query.by === 'rank') {
    const ranked = prediction.classes[query.rank - 1];
    if (ranked === undefined) {
      throw new VisionError('invalid-argument', `There is no rank ${query.rank}: ranks go from 1 to ${count}.`);
    }
    return ranked.index;
  }
  if (query.by === 'index') {
    if (query.index >= count) {
      throw new VisionError('invalid-argument', `There is no class #${query.index}: they go from #0 to #${count - 1}.`);
    }
    return query.index;
  }
  const wanted = query.label.toLocaleLowerCase();
  const known = names(classifier);
  const exact = known.find(({ name }) => name === wanted);
  if (exact !== undefined) return exact.index;
  if (known.length === 0) {
    throw new VisionError('invalid-argument', `This model has no labels: ask by rank (2) or by class index (#0).`);
  }
  const near = known
    .map(({ index, name }) => ({ index, far: name.includes(wanted) ? 0 : distance(name, wanted) }))
    .sort((a, b) => a.far - b.far);
  const labels = new Set(near.map(({ index }) => classifier.labels[index]?.en ?? `#${index}`));
  const list = [...labels].slice(0, SUGGESTIONS).join(', ');
  throw new VisionError('invalid-argument', `There is no label "${query.label}". The nearest are: ${list}.`);
}
