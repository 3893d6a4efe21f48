import { distance } from 'fastest-levenshtein';
import type { Classifier } from './classifier.js';

/** How many near labels an unknown one is answered with. */
const SUGGESTIONS = 5;

/** Which class of a prediction someone asked for. */
export type ClassQuery =
  | { readonly by: 'rank'; readonly rank: number }
  | { readonly by: 'index'; readonly index: number }
  | { readonly by: 'label'; readonly label: string };

/** The class a query means, or why it means none. */
export type ClassMatch =
  | { readonly found: 'rank'; readonly rank: number }
  | { readonly found: 'index'; readonly index: number }
  | { readonly found: 'no-rank'; readonly rank: number }
  | { readonly found: 'no-index'; readonly index: number }
  /** `near`: class indices, nearest first; empty where the model has no labels. */
  | { readonly found: 'no-label'; readonly label: string; readonly near: readonly number[] };

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
 * What a query means for a classifier of so many classes. Needs no prediction: a rank is given back as one.
 */
export function matchClass(query: ClassQuery, classes: number, classifier: Classifier): ClassMatch {
  if (query.by === 'rank') {
    const { rank } = query;
    return { found: rank >= 1 && rank <= classes ? 'rank' : 'no-rank', rank };
  }
  if (query.by === 'index') return { found: query.index < classes ? 'index' : 'no-index', index: query.index };
  const wanted = query.label.toLocaleLowerCase();
  const known = names(classifier);
  const exact = known.find(({ name }) => name === wanted);
  if (exact !== undefined) return { found: 'index', index: exact.index };
  const ordered = known
    .map(({ index, name }) => ({ index, far: name.includes(wanted) ? 0 : distance(name, wanted) }))
    .sort((a, b) => a.far - b.far);
  const near = [...new Set(ordered.map(({ index }) => index))].slice(0, SUGGESTIONS);
  return { found: 'no-label', label: query.label, near };
}
