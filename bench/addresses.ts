// Lists of addresses in every form that a contender reads: authorisation file, nfdump filter, JSON.
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatIpv4 } from '../src/core/address.ts';
import { FLOWS_FROM_MS } from './flows.ts';
import { randomAddresses } from './nfcapd-file.ts';
import { run } from './process.ts';
import type { Workspace } from './workspace.ts';

export const OPERATOR = 'bench-isp';
export const RETENTION_BASIS = 'lce-126-1';
const DAY_MS = 86_400_000;

/** As installed, not as compiled for the benchmark. */
export const FLOWSIEVE = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

export interface List {
  readonly addresses: Uint32Array;
  /** JSON array of dotted addresses. */
  readonly json: string;
  /** `ip in [...]`, for `nfdump -f`. */
  readonly nfdump: string;
  /** A database in which the list is in force; copy it before use. */
  readonly database: string;
}

/** The addresses as a list in force, and in the other forms. */
export function makeList(workspace: Workspace, addresses: Uint32Array): List {
  const dotted = [...addresses].map(formatIpv4);
  const count = addresses.length;
  const size = count * 16;
  return {
    addresses,
    json: workspace.input(`list-${count}.json`, size, (path) => writeFileSync(path, JSON.stringify(dotted))),
    nfdump: workspace.input(`list-${count}.nfdump`, size, (path) =>
      writeFileSync(path, `ip in [${dotted.join(' ')}]\n`),
    ),
    database: workspace.input(`list-${count}.db`, count * 4096, (path) => {
      const file = workspace.path(`authorisation-${count}.json`);
      writeFileSync(file, JSON.stringify(authorisation(dotted)));
      run(process.execPath, [FLOWSIEVE, '--db', path, 'authorisation', 'import', file]);
    }),
  };
}

export interface Summary {
  readonly seconds: number;
  readonly records: number;
  readonly matched: number;
}

/** `flowsieve replay` as a whole process, against a fresh copy of the list's database. */
export function replay(workspace: Workspace, list: List, file: string, threads?: number): Summary {
  const database = workspace.path('replay.db');
  copyFileSync(list.database, database);
  try {
    const { seconds, stdout } = run(process.execPath, [
      ...[FLOWSIEVE, '--db', database, '--json', '--quiet', 'replay'],
      ...['--operator', OPERATOR, '--retention-basis', RETENTION_BASIS],
      ...(threads === undefined ? [] : ['--threads', String(threads)]),
      file,
    ]);
    const { records, matched } = JSON.parse(stdout.trim().split('\n').at(-1) as string) as Summary;
    return { seconds, records, matched };
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(database + suffix, { force: true });
  }
}

/** So many addresses over the IPv4 space, ascending; private and reserved blocks left out. */
export function publicAddresses(count: number, seed: number): Uint32Array {
  const candidates = randomAddresses(Math.ceil(count * 1.3) + 64, seed).filter(isPublic);
  if (candidates.length < count)
    throw new Error(`only ${candidates.length} of ${count} addresses are public`);
  const step = candidates.length / count;
  return Uint32Array.from({ length: count }, (_, n) => candidates[Math.floor(n * step)] as number);
}

function isPublic(address: number): boolean {
  const first = address >>> 24;
  const second = (address >>> 16) & 255;
  if (first === 0 || first === 10 || first === 127 || first >= 224) return false;
  if (first === 100) return second < 64 || second > 127;
  if (first === 169) return second !== 254;
  if (first === 172) return second < 16 || second > 31;
  if (first === 192) return second !== 0 && second !== 88 && second !== 168;
  if (first === 198) return second !== 18 && second !== 19 && second !== 51;
  return first !== 203 || second !== 0;
}

function authorisation(addresses: readonly string[]): object {
  const method = 'handshake';
  const confirmed = (by: string) => ({ by, at: '2026-06-10T09:00:00Z', method, outcome: 'confirmed' });
  return {
    flowsieve: 1,
    authorisation: {
      reference: 'BENCH-1',
      file: 'BENCHMARK',
      regime: 'nis2-csirt',
      decided: '2026-06-15',
      purpose: 'measure the engine',
      operators: [OPERATOR],
      document: { name: 'none', sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' },
    },
    indicators: addresses.map((address) => ({
      address,
      first_seen: new Date(FLOWS_FROM_MS - 30 * DAY_MS).toISOString(),
      first_seen_event: 'invented',
      country: 'NL',
      threat: {
        name: 'Invented',
        activity: 'espionage',
        kind: 'serious-public-security-threat',
        relation: 'actor-or-means',
        description: 'invented',
      },
      basis: { retention: RETENTION_BASIS, access: 'lce-127-1-2-2', task: 'nis2-21-2-2' },
      sources: [{ name: 'invented', reliability: 'B', credibility: 2 }],
      analyses: [confirmed('a.analyst'), confirmed('b.analyst')],
      verifications: [
        { by: 'a.analyst', at: new Date(Date.now() - DAY_MS).toISOString(), method, outcome: 'active' },
      ],
      verify_every: 'P7D',
      verify_reason: 'invented',
    })),
  };
}
