import type { ModelPhrases } from '../model-notes.js';

export const modelPhrases: ModelPhrases = {
  language: 'en',
  between: (low, high) => `${low} to ${high}`,
  named: { caffe: 'blue, green, red minus their means', torch: 'scaled by means and deviations' },
  asked: 'as the operator set',
  classifier: 'as its files say',
  preprocessor: 'as its preprocessor_config.json says',
  teachable: 'as Teachable Machine trains',
  looksTeachable: 'a guess: it looks like a model from Teachable Machine',
  ownLayers: (layer) => `as its own layer ${layer} expects`,
  architecture: (name) => `a guess: it is built like ${name}`,
  exporter: (name) => `a guess: most models from ${name} are trained so`,
  assumed: 'assumed',

  heading: 'Good to know',
  mayBeWrong:
    'Nothing tells which pixel values this model was trained on. If my answers make no sense, that may be why.',
  contradicted: (said, own, layer) => `It is given pixel values ${said}, but its own layer ${layer} expects ${own}.`,
  output: (name, among) => `Of its ${among} outputs, I read ${name}.`,
  twoClasses: (near0, near1) => `It gives one number: near 0 means “${near0}”, near 1 “${near1}”.`,
  noSoftmax: 'It ends without softmax, so I take its numbers for scores and turn them into percentages.',
  ownLabels: 'The names of its classes are those in the model file itself.',
  middle: (exporter) => `I only look at the middle of each photo, as most models from ${exporter} are trained.`,
  noLabels: (first, last) => `Its classes have no names; they are called ${first} to ${last}.`,
};
