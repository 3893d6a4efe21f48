import type { EvaluationReport } from '../evaluation/report.js';
import { tablesOf } from '../evaluation/tables.js';
import type { Table } from '../evaluation/tables.js';
import { oneLine } from './one-line.js';
import { palette } from './output.js';

/** Lines whose columns are as wide as their longest cell, the first to the left and the others to the right. */
function lines({ head, rows }: Table): string[] {
  const all = (head === null ? rows : [head, ...rows]).map((row) => row.map(oneLine));
  const widths = all.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  );
  return all.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `  ${cells.join('  ')}`.trimEnd();
  });
}

/** The report for reading in a terminal. */
export function evaluationText(report: EvaluationReport): string {
  const { model, data } = report;
  const about = `${palette.bold(oneLine(model.name))} on ${data.photos} photos of ${oneLine(data.from)}\n`;
  const tables = tablesOf(report).map((table) => `${palette.bold(table.title)}\n${lines(table).join('\n')}\n`);
  return [about, ...tables].join('\n');
}
