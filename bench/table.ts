import type { Row } from './row.ts';

/** Plain text in columns; the detail of each row stands below it. */
export function table(rows: readonly Row[]): string {
  const cells = rows.map(({ name, value, unit, bar, met }) => [
    name,
    figure(value),
    unit,
    bar,
    met ? (bar === 'none' ? '' : 'yes') : 'NO',
  ]);
  const all = [['name', 'value', 'unit', 'bar', 'met'], ...cells];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  const lines = all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  return lines.flatMap((line, i) => (i === 0 ? [line] : [line, `    ${rows[i - 1]!.detail}`])).join('\n');
}

/** Three digits that matter. */
const figure = (value: number): string =>
  Number.isNaN(value) ? 'none' : value >= 1000 ? String(Math.round(value)) : value.toPrecision(3);
