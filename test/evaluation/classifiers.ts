import type { Classifier } from '../../src/vision/model/classifier.js';
import { resolveGroups } from '../../src/vision/model/groups.js';
import { toLabel } from '../../src/vision/model/labels.js';

/** A cat and a dog, which are pets, and a boat. */
export function petsAndBoat(threshold: number): Classifier {
  const labels = [{ en: 'cat', id: 'kucing' }, { en: 'dog', id: 'anjing' }, 'boat'].map(toLabel);
  return {
    name: 'three',
    labels,
    groups: resolveGroups([{ label: 'pet', classes: ['cat', 'dog'] }], labels),
    labelsFile: null,
    fromNetwork: [],
    output: null,
    teachable: null,
    range: null,
    preprocessor: null,
    resize: 'stretch',
    layer: null,
    method: null,
    interpolation: 'bilinear',
    threshold: { class: threshold, group: threshold },
    standardScore: 0,
    temperature: 1,
  };
}
