// Quoted and otherwise odd records go through fast-csv, the one door to that library: slower, and right about quotes.
import { parseString } from 'fast-csv';
import type { CsvPlan } from './plan.ts';

/**
 * The cells of each record (its line break included); null where fast-csv refuses it or sees anything but one row.
 * They are parsed together; where that fails, one by one, so that a bad record spoils no other.
 */
export async function parseOddRows(
  records: readonly string[],
  plan: CsvPlan,
): Promise<(readonly string[] | null)[]> {
  if (records.length === 0) return [];
  const together = await parseRows(records.join(''), plan);
  if (together?.length === records.length) return together;
  if (records.length === 1) return [null];
  const half = records.length >> 1;
  return [
    ...(await parseOddRows(records.slice(0, half), plan)),
    ...(await parseOddRows(records.slice(half), plan)),
  ];
}

function parseRows(text: string, plan: CsvPlan): Promise<string[][] | null> {
  return new Promise((resolve) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { headers: false, delimiter: plan.delimiter, ignoreEmpty: false })
      .on('data', (row) => rows.push(row))
      .on('error', () => resolve(null))
      .on('end', () => resolve(rows));
  });
}
