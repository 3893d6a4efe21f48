import type { ModelSummary } from '../library/inspect.js';
import type { ListedModel } from '../library/list.js';
import { backendReasonText } from '../vision/backend-choice.js';
import { precisionReasonText } from '../vision/int8/precision-choice.js';
import { pixelRangeText } from '../vision/pixel-range.js';
import { noteText } from './note-text.js';
import { oneLine } from './one-line.js';

const FORMS: Readonly<Record<Extract<ListedModel, { form: string }>['form'], string>> = {
  'tfjs-layers': 'TensorFlow.js layers',
  'tfjs-graph': 'TensorFlow.js graph',
  'keras-h5': 'Keras .h5',
  'keras-archive': 'Keras .keras',
  onnx: 'ONNX',
};

function sizeText(bytes: number): string {
  if (bytes < 2 ** 20) return `${Math.ceil(bytes / 2 ** 10)} KB`;
  return `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB`;
}

const milliseconds = (time: number): string => `${time.toFixed(1)} ms`;

/** What a model is and what it costs, and what of it was guessed. */
export function summaryText(summary: ModelSummary): string {
  const { input, map, milliseconds: times, labels } = summary;
  const target =
    map === null
      ? 'none: it predicts, but has no heatmap'
      : `${summary.layer ?? ''}, ${map.rows} × ${map.columns} × ${map.channels}`;
  const heatmap = times.explain === null ? '' : `, heatmap ${milliseconds(times.explain)}`;
  const rows: [string, string][] = [
    ['origin', summary.origin],
    ['layers', `${summary.layers}, with ${summary.parameters.toLocaleString('en')} parameters`],
    ['input', `${input.width} × ${input.height} × ${input.channels}, pixels ${pixelRangeText(summary.range)}`],
    ['classes', `${summary.classes}, ${labels === 0 ? 'without labels' : 'with labels'}`],
    ['target layer', target],
    ['memory', sizeText(summary.memoryBytes)],
    ['time', `prediction ${milliseconds(times.predict)}${heatmap}`],
    ['backend', `${summary.backend}, ${backendReasonText(summary.reason)}`],
    ['precision', `${summary.precision.name}, ${precisionReasonText(summary.precision.reason)}`],
  ];
  const title = summary.title === summary.name ? '' : ` (${summary.title})`;
  const lines = [`${summary.name}${title}`, ...rows.map(([name, value]) => `  ${name.padEnd(14)}${value}`)];
  if (summary.notes.length > 0) lines.push('  Guessed:', ...summary.notes.map((note) => `  - ${noteText(note)}`));
  return `${lines.map(oneLine).join('\n')}\n`;
}

/** What to do with a model that was added. */
export function nextSteps(name: string): string {
  return [
    'Next:',
    `  npx sorot explain --model ${name} photo.jpg`,
    `  npx sorot model use ${name}`,
    `The last one puts it behind the bot; where there is no .env file, set MODEL=${name}.`,
    '',
  ].join('\n');
}

/** A table of models; the one that is used has a star. */
export function listText(models: readonly ListedModel[], used: string): string {
  const width = Math.max(...models.map(({ name }) => name.length));
  const lines = models.map((model) => {
    const start = `${model.name === used ? '*' : ' '} ${model.name.padEnd(width)}  `;
    if ('broken' in model) return oneLine(`${start}cannot be read: ${model.broken}`);
    const labels = model.labels === 0 ? 'no labels file' : `${model.labels} labels`;
    return `${start}${FORMS[model.form].padEnd(20)}  ${labels.padStart(14)}  ${sizeText(model.bytes).padStart(8)}`;
  });
  return `${lines.join('\n')}\n`;
}
