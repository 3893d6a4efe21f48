import type { Engine } from '../vision/engine.js';
import { isUnsureOf, probabilityOf } from '../vision/model/answer.js';
import { Vocabulary } from '../vision/model/class-query.js';
import { membersOf, nameOf } from '../vision/model/classifier.js';
import type { ModelFacts } from './types.js';

/** What an engine's model is, in plain values. */
export function modelFacts(engine: Engine): ModelFacts {
  const { classifier, fingerprint, info, method } = engine;
  const { classes, layer, input, backend, reason, precision } = info;
  const map = info.mismatch === null ? info.map : null;
  const vocabulary = new Vocabulary(classifier, classes);
  return {
    name: classifier.name,
    origin: engine.findings.origin,
    range: engine.range,
    notes: engine.notes,
    fingerprint,
    threshold: classifier.threshold,
    explains: map !== null,
    classes,
    layer,
    map,
    input: { width: input.width, height: input.height },
    backend,
    backendReason: reason.kind,
    precision: { name: precision.name, reason: precision.reason.kind },
    method,
    nameOf: (about, language) => nameOf(classifier, about, language),
    labels: (language) => classifier.labels.map((_, index) => nameOf(classifier, { type: 'class', index }, language)),
    groups: classifier.groups,
    has: ({ type, index }) => index < (type === 'class' ? classes : classifier.groups.length),
    membersOf: (about) => membersOf(classifier, about),
    probabilityOf: (probabilities, about) => probabilityOf(probabilities, classifier, about),
    isUnsureOf: (answer, about) => isUnsureOf(answer, about, classifier),
    find: (text, understanding) => vocabulary.find(text, understanding),
  };
}
