// Runs `flowsieve sequester list`.
import { loadConfiguration } from '../config/configuration.ts';
import { formatInstant } from '../core/time.ts';
import { countCovered } from '../store/criteria.ts';
import { openDatabase } from '../store/database.ts';
import { listDestructions } from '../store/destructions.ts';
import { listSequesters as allSequesters } from '../store/sequesters.ts';
import { type GlobalOptions, print } from './command.ts';
import { formatTable } from './table.ts';

export async function listSequesters(commandLine: GlobalOptions, all: boolean): Promise<void> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { readonly: true });
  try {
    const destructions = listDestructions(db);
    const listed = allSequesters(db)
      .filter(({ released }) => all || released === null)
      .map((sequester) => {
        const isOf = ({ kind, value }: { kind: string; value: string }) =>
          kind === sequester.kind && value === sequester.value;
        const destruction = destructions.findLast(isOf) ?? null;
        return { ...sequester, matches: countCovered(db, sequester), destruction };
      });
    if (commandLine.json) for (const line of listed) print(JSON.stringify(line));
    else {
      const rows = listed.map(
        ({ sequester, kind, value, matches, by, atMs, reason, released, destruction }) => [
          sequester,
          kind,
          value,
          matches,
          by,
          formatInstant(atMs),
          reason,
          released && `${released.by} ${formatInstant(released.atMs)}`,
          destruction && `${destruction.state} by ${destruction.completedBy ?? destruction.proposedBy}`,
        ],
      );
      const headings = [
        'no.',
        'by',
        'value',
        'matches',
        'placed by',
        'at',
        'reason',
        'released',
        'destruction',
      ];
      print(formatTable(headings, rows));
    }
  } finally {
    db.close();
  }
}
