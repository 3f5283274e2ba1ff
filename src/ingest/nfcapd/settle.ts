// From a file's exporter numbers to exporters: what a scan counted and found under numbers is put under addresses, in the
// file's order, since an exporter's record may stand in an earlier batch than its flows.
import type { FoundMatch, ScanResult } from '../../match/messages.ts';
import type { Group } from '../batch.ts';
import type { ExporterNotes, Exporters } from './exporters.ts';
import { resolveSampling } from './sampling.ts';

export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Learns what the batch told of exporters, then names groups by address (`null` = the file does not tell) and puts rates
 * and raw counters into the matches. Several numbers of one address (a router's engines, domains) become one group.
 */
export function settle(
  result: ScanResult,
  exporters: Exporters,
  interval: Interval,
): { groups: Group[]; result: ScanResult } {
  if (result.notes !== undefined) exporters.learn(result.notes as ExporterNotes);
  const groups: Group[] = [];
  const places = new Map<string | null, number>();
  const placeOf = (number: number): number => {
    const exporter = exporters.address(number);
    let place = places.get(exporter);
    if (place === undefined) {
      place = groups.length;
      places.set(exporter, place);
      groups.push({
        exporter,
        ...interval,
        datagrams: 0,
        undecodable: 0,
        early: 0,
        earlyDropped: 0,
        sequenceLost: 0,
      });
    }
    return place;
  };

  const rows: number[][] = [];
  for (const [number, ...counts] of result.tallies) {
    const place = placeOf(number as number);
    const row = rows[place];
    if (row) for (const [column, count] of counts.entries()) row[column + 1] = (row[column + 1] ?? 0) + count;
    else rows[place] = [place, ...counts];
  }
  const matches = result.matches.map((match): FoundMatch => {
    const resolved = resolveSampling(match, (selector) => exporters.rate(match.group, selector));
    return { ...resolved, group: placeOf(match.group) };
  });
  return { groups, result: { ...result, matches, tallies: rows } };
}
