import type { Engine } from '../vision/engine.js';
import { matchClass, parseClassQuery } from '../vision/model/class-query.js';
import { labelOf } from '../vision/model/classifier.js';
import type { ModelFacts } from './types.js';

/** What an engine's model is, in plain values. */
export function modelFacts(engine: Engine): ModelFacts {
  const { classifier, info, method } = engine;
  const { classes, layer, map, input, backend } = info;
  return {
    name: classifier.name,
    threshold: classifier.threshold,
    explains: map !== null,
    classes,
    layer,
    map,
    input: { width: input.width, height: input.height },
    backend,
    method,
    labelOf: (index, language) => labelOf(classifier, index, language),
    labels: (language) => classifier.labels.map((_, index) => labelOf(classifier, index, language)),
    classNamed: (text) => matchClass(parseClassQuery(text), classes, classifier),
  };
}
