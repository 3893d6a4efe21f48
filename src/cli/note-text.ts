import type { Engine } from '../vision/engine.js';
import { isMissed, precisionReasonText } from '../vision/int8/precision-choice.js';
import { nameIn } from '../vision/model/labels.js';
import { isWarning } from '../vision/model/notes.js';
import type { ChosenRange, ModelNote } from '../vision/model/notes.js';
import { pixelRangeText } from '../vision/pixel-range.js';
import { say } from './output.js';

function rangeText(chosen: ChosenRange): string {
  const range = pixelRangeText(chosen.range);
  const correct = 'If that is wrong, say the right one with --range.';
  switch (chosen.from) {
    case 'own-layers':
      return `Pixel range ${range}: its own layer "${chosen.layer}" expects it. ${correct}`;
    case 'architecture':
      return `Pixel range ${range}: its layers are named like those of ${chosen.architecture}. ${correct}`;
    case 'teachable-machine-keras':
      return `Pixel range ${range} and the middle of each photo: it looks like Teachable Machine's Keras export. ${correct}`;
    case 'exporter':
      return `Pixel range ${range}: most models that are saved by ${chosen.exporter} are trained on it. ${correct}`;
    case 'nothing':
      return `Pixel range ${range} is assumed: nothing in the model tells which it was trained on. If its answers make no sense, try --range -1,1 or 0,255.`;
    case 'asked':
    case 'classifier':
    case 'preprocessor':
    case 'teachable-machine':
      return `Pixel range ${range}.`;
  }
}

/** A note about a model for the terminal: what was guessed, and the option that corrects it. */
export function noteText(note: ModelNote): string {
  switch (note.about) {
    case 'range':
      return rangeText(note.chosen);
    case 'range-contradicted':
      return `Pixel range ${pixelRangeText(note.said)} was said, but its own layer "${note.layer}" expects ${pixelRangeText(note.own)}. Take --range, RANGE or the "range" of classifier.json away, and that is taken.`;
    case 'output':
      return `Output "${note.name}" of ${note.among} is taken for the classification. For another, write its name as "output" into classifier.json.`;
    case 'two-classes': {
      const [first, second] = note.labels?.map((label) => `"${nameIn(label, 'en')}"`) ?? ['#0', '#1'];
      return `One output for two classes: near 0 it means ${first ?? ''}, near 1 ${second ?? ''}. Keras' image_dataset_from_directory orders classes by the names of their folders; if they are the other way round, swap the labels (--labels).`;
    }
    case 'no-softmax':
      return 'It ends without softmax: its numbers are taken for the scores before one.';
    case 'own-labels':
      return `Its classes are named as "${note.file}" itself has them. For other names, give --labels or a labels.txt beside the model.`;
    case 'middle':
      return `Only the middle of each photo is looked at: most models that are saved by ${note.exporter} are trained so. For all of it, write "resize": "stretch" into classifier.json.`;
    case 'no-labels':
      return `Its ${note.classes} classes have no names and are called #0 to #${note.classes - 1}: give them with --labels or in a labels.txt beside the model, a line each.`;
  }
}

/** Says on stderr what may be wrong with how a model was taken, and where it computes otherwise than one may expect. */
export function sayNotes({ notes, info: { precision }, session }: Engine): void {
  for (const note of notes.filter(isWarning)) say(noteText(note));
  if (isMissed(session.precision, precision)) {
    say(`the model computes in float32, ${precisionReasonText(precision.reason)}`);
  }
}
