// Captures of NetFlow v5, v9 and IPFIX exports beside node-netflowv9, which decodes no IPFIX: there its v9 figure stands.
import { fileURLToPath } from 'node:url';
import { makeList, publicAddresses, replay } from './addresses.ts';
import { writeExportFile } from './export-file.ts';
import type { ExportFormat } from './export-message.ts';
import type { Figure } from './figure.ts';
import { furtherRate, median, medians, run } from './process.ts';
import { mustEqual, type Row } from './row.ts';

const RIVAL = fileURLToPath(new URL('./rival-netflowv9.js', import.meta.url));
const ROWS: readonly { format: ExportFormat; shown: string; bytes: number; aim: number }[] = [
  { format: 'netflow5', shown: 'NetFlow v5', bytes: 51, aim: 40 },
  { format: 'netflow9', shown: 'NetFlow v9', bytes: 43, aim: 30 },
  { format: 'ipfix', shown: 'IPFIX', bytes: 60, aim: 30 },
];

export const exports: Row = {
  name: 'exports',
  measure(conditions) {
    const { workspace, short, rounds, seed } = conditions;
    const few = short ? 0.5e6 : 2e6;
    const many = short ? 10e6 : 20e6;
    const addresses = publicAddresses(10_000, seed);
    const list = makeList(workspace, addresses);
    let rival = 0;
    let hits = 0;
    return ROWS.flatMap(({ format, shown, bytes, aim }): Figure[] => {
      const [small, large] = [few, many].map((flows) =>
        workspace.input(`${format}-${flows}`, flows * bytes, (path) =>
          writeExportFile(path, format, { flows, seed, addresses }),
        ),
      ) as [string, string];
      if (format !== 'ipfix') {
        hits = decodeByRival(small, list.json).hits;
        rival = median(
          Array.from({ length: rounds }, () => few / decodeByRival(small, list.json).seconds / 1e6),
        );
      }
      // The three formats hold the same flows.
      mustEqual(`matches of ${small}`, replay(workspace, list, small, 1).matched, hits);
      const [one, all] = medians(rounds, [
        () => replay(workspace, list, small, 1).seconds,
        () => replay(workspace, list, large, 1).seconds,
      ]) as [number, number];
      workspace.discard(`${format}-${few}`, `${format}-${many}`);
      const figure: Figure = {
        name: `exports/${format}`,
        what: `${shown} capture, each further ${(many - few) / 1e6} M records, one worker`,
        figure: furtherRate(few, many, one, all),
        unit: 'M records/s',
        rival: { name: format === 'ipfix' ? 'node-netflowv9 (its v9)' : 'node-netflowv9', figure: rival },
        target: { of: 'ratio', atLeast: 15, short: 4 },
      };
      const absolute: Figure = {
        ...figure,
        name: `exports/${format}/rate`,
        what: `${shown} capture, the rate itself`,
        rival: null,
        target: { of: 'figure', atLeast: aim },
      };
      return [figure, absolute];
    });
  },
};

function decodeByRival(file: string, addresses: string): { records: number; hits: number; seconds: number } {
  return JSON.parse(run(process.execPath, [RIVAL, file, addresses]).stdout);
}
