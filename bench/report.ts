/** One row of the report: a figure, and the bound it is held against where there is one. */
export interface Row {
  readonly section: string;
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'x' | 'MB' | 'count' | 'relative';
  readonly limit?: number;
}

/** Makes the rows of a section. */
export function rowsOf(section: string): (name: string, value: number, unit: Row['unit'], limit?: number) => Row {
  return (name, value, unit, limit) => ({ section, name, value, unit, ...(limit !== undefined && { limit }) });
}

function formatted({ value, unit }: Row): string {
  switch (unit) {
    case 'ms':
      return `${value.toFixed(2)} ms`;
    case 'x':
      return `${value.toFixed(3)} x`;
    case 'MB':
      return `${value.toFixed(0)} MB`;
    case 'relative':
      return value.toExponential(1);
    case 'count':
      return String(value);
  }
}

/** The report as text, a section after the other. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines: string[] = [];
  let section = '';
  for (const row of rows) {
    if (row.section !== section) {
      section = row.section;
      lines.push('', section);
    }
    const verdict = row.limit === undefined ? '' : row.value <= row.limit ? 'ok' : 'MISSED';
    const limit = row.limit === undefined ? '' : `  at most ${formatted({ ...row, value: row.limit })}  ${verdict}`;
    lines.push(`  ${row.name.padEnd(width)}  ${formatted(row).padStart(12)}${limit}`);
  }
  return lines.join('\n');
}
