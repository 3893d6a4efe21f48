import { html, raw } from 'hono/html';
import type { Evaluation, ShownExample } from './report.js';
import { percentage } from '../percentage.js';
import { tablesOf, thresholdText } from './tables.js';
import type { Table } from './tables.js';

type Markup = ReturnType<typeof html>;

/** Colours follow the reader's system: light or dark. */
const STYLE = `
:root { color-scheme: light dark; --line: #8884; --wrong: light-dark(#b3400f, #ff9466); }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; font-size: 1.25rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem 0 .25rem 1.5rem; text-align: right; font-weight: normal; }
thead th { font-weight: bold; }
th:first-child { padding-left: 0; text-align: left; }
.wide { overflow-x: auto; }
.examples { display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); padding: 0; }
.examples li { list-style: none; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 4px; }
.pair img { display: block; width: 100%; }
p { margin: .25rem 0; } .wrong { color: var(--wrong); } small { display: block; opacity: .75; overflow-wrap: anywhere; }
`;

/** Nothing is fetched and nothing runs, whatever names of files and classes hold. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

function tableMarkup({ title, head, rows }: Table): Markup {
  const names =
    head &&
    html`<thead>
      <tr>
        ${head.map((name) => html`<th scope="col">${name}</th>`)}
      </tr>
    </thead>`;
  const lines = rows.map(
    ([name, ...cells]) =>
      html`<tr>
        <th scope="row">${name}</th>
        ${cells.map((cell) => html`<td>${cell}</td>`)}
      </tr>`,
  );
  return html`<h2>${title}</h2>
    <div class="wide">
      <table>
        ${names}
        <tbody>
          ${lines}
        </tbody>
      </table>
    </div>`;
}

const dataUri = (jpeg: Uint8Array): string => `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;

const SAID = { class: 'answered', group: 'answered with the kind', 'not-sure': 'not sure, at most' } as const;

function exampleMarkup({ example, photo, heatmap }: ShownExample): Markup {
  const { path, truth, told, wrong, first } = example;
  const answer = `${told.label}, ${percentage(told.probability)}`;
  const guesses = first.map(({ label, probability }) => `${label} ${percentage(probability)}`).join(', ');
  return html`<li>
    <div class="pair">
      <img src="${dataUri(photo)}" alt="${truth.label}" />
      ${heatmap && html`<img src="${dataUri(heatmap)}" alt="heatmap of ${told.label}" />`}
    </div>
    <p>${SAID[told.type]} ${wrong ? html`<b class="wrong">${answer}</b>` : html`<b>${answer}</b>`}</p>
    <p>is <b>${truth.label}</b>, ${percentage(truth.probability)}</p>
    <small>${guesses}</small><small>${path}</small>
  </li>`;
}

/** An evaluation as one HTML page that needs nothing beside it: pictures lie in it, no script runs. */
export async function evaluationPage({ report, shown }: Evaluation): Promise<string> {
  const { model, data } = report;
  const examples = html`<h2>Worst photos</h2>
    <p>Beside each its heatmap of the answer. Wrong answers first, the surest before the others.</p>
    <ul class="examples">
      ${shown.map(exampleMarkup)}
    </ul>`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <title>${model.name}: evaluation</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <h1>${model.name}</h1>
        <p>
          ${data.photos} photos of ${data.from}; input ${model.inputSize.join(' x ')}, threshold
          ${thresholdText(model.threshold)}, temperature ${model.temperature}, backend ${model.backend} in
          ${model.precision}.
        </p>
        ${tablesOf(report).map(tableMarkup)} ${shown.length === 0 ? '' : examples}
      </body>
    </html>`;
  return (await page).toString();
}
