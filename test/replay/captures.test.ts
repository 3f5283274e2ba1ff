// What a replay of the bundled captures must find; the figures are nfdump's, from data/README.md and counts.tsv.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPTURES, flowsieve, lines, temporaryFolder } from '../support/cli.ts';
import { DEMO_SCOPE, writeDemoLists } from '../support/demo-list.ts';

interface Summary {
  records: number;
  matched: number;
  matches: number;
  newMatches: number;
  discarded: Record<string, number>;
  undecodable: number;
}

function expectations(): [name: string, figures: number[]][] {
  const text = readFileSync(resolve(CAPTURES, '../README.md'), 'utf8');
  const rows = text.split('\n').filter((line) => /^\| `.*\|( *\d+ *\|){9}$/.test(line));
  return rows.map((line) => {
    const [, names, ...figures] = line.split('|').map((cell) => cell.trim());
    return [names as string, figures.slice(0, 9).map(Number)];
  });
}

const FILES: Record<string, string[]> = {
  'softflowd-netflow5.pcap': ['softflowd-netflow5.pcap'],
  'softflowd-netflow9.pcap': [
    'softflowd-netflow9.pcap',
    'softflowd-ipfix.pcap',
    'nfprobe-netflow9.pcap',
    'nfprobe-ipfix.pcap',
    'softflowd-netflow9.uncompressed.nfcapd',
    'softflowd-netflow9.lzo.nfcapd',
    'softflowd-netflow9.bzip2.nfcapd',
    'softflowd-netflow9.lz4.nfcapd',
    'softflowd-netflow9.nfdump.csv.gz',
  ],
  'softflowd-ipfix-biflow.pcap': ['softflowd-ipfix-biflow.pcap'],
  'openvswitch-netflow5.pcap': ['openvswitch-netflow5.pcap'],
  'openvswitch-ipfix.pcap': ['openvswitch-ipfix.pcap'],
};

const cases = expectations().flatMap(([names, figures]) => {
  const first = /`([^`]+)`/.exec(names)?.[1] as string;
  return (FILES[first] ?? [first]).map((file) => ({ file, figures }));
});

describe('a replay of the bundled captures', () => {
  it('has a figure for every one of them', () => {
    expect(cases.map(({ file }) => file).sort()).toEqual(Object.values(FILES).flat().sort());
  });

  it.each(cases)('finds in $file what nfdump counts', ({ file, figures }) => {
    const folder = temporaryFolder();
    const db = join(folder, 'flows.db');
    const lists = writeDemoLists(folder);
    const args = [join(CAPTURES, file), '--db', db, '--json', '--quiet', ...DEMO_SCOPE];
    const run = flowsieve(['replay', ...args, '--authorisation', ...lists]);
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const summary = JSON.parse(run.stdout) as Summary;
    const { noHit, otherOperator, otherBasis, otherPort, outsideTraffic, notInForce } = summary.discarded;
    expect([
      summary.records,
      summary.matched,
      summary.matches,
      noHit,
      otherOperator,
      otherBasis,
      otherPort,
      outsideTraffic,
      notInForce,
    ]).toEqual(figures);

    const stored = lines(flowsieve(['matches', '--db', db, '--json']).stdout);
    expect(stored).toHaveLength(summary.newMatches);
    const ledger = lines<Summary>(flowsieve(['ledger', '--db', db, '--json']).stdout);
    expect(ledger.reduce((sum, line) => sum + line.records, 0)).toBe(summary.records);
    expect(ledger.reduce((sum, line) => sum + line.matched, 0)).toBe(summary.matched);
  });
});
