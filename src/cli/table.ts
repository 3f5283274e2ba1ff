// Plain tables for people: numbers to the right, text to the left, no wider than their content.

type Cell = string | number | null;

export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = [headings, ...rows].map((row) => row.map((cell) => (cell === null ? '-' : String(cell))));
  const widths = headings.map((_, column) => Math.max(...text.map((row) => row[column]?.length ?? 0)));
  const isNumber = headings.map((_, column) => rows.every((row) => typeof row[column] === 'number'));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return text.map(line).join('\n');
}
