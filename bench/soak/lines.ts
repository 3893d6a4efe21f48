/** A report as lines for people: each figure with what it is, those of one thing together. */
export function lines(report: object): string {
  const entries = Object.entries(report).filter(([, value]) => value !== null && value !== undefined);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${worded(name).padEnd(width + 4)}${written(value)}`).join('\n');
}

function worded(name: string): string {
  return name.replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value).map(([name, field]) => `${worded(name)} ${String(field)}`);
  return fields.length === 0 ? 'none' : fields.join(', ');
}
