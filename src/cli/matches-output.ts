// Runs `flowsieve matches`: reads, records the consultation, prints lines.
import { loadConfiguration } from '../config/configuration.ts';
import { formatInstant } from '../core/time.ts';
import { consult } from '../store/consultations.ts';
import { openDatabase } from '../store/database.ts';
import type { MatchFilter, StoredMatch } from '../store/matches.ts';
import { type GlobalOptions, log } from './command.ts';
import { currentUser } from './current-user.ts';
import type { MatchesOptions } from './matches.ts';
import { LineWriter } from './output.ts';

/** @returns how many matches were shown */
export async function showMatches(commandLine: GlobalOptions, options: MatchesOptions): Promise<number> {
  const { database } = await loadConfiguration(commandLine);
  const db = openDatabase(database, { mustExist: true });
  const writer = new LineWriter();
  if (options.purpose === undefined)
    log('without --purpose the consultation is recorded as having none (L18)');
  try {
    const who = { by: options.by ?? currentUser(), role: options.role, purpose: options.purpose ?? null };
    return consult(db, who, filterOf(options), Date.now(), (match) =>
      writer.line(commandLine.json ? jsonLine(match) : humanLine(match)),
    );
  } finally {
    writer.end();
    db.close();
  }
}

function filterOf({ operator, indicator, authorisation, since, until, limit }: MatchesOptions): MatchFilter {
  return {
    ...(operator === undefined ? {} : { operator }),
    ...(indicator === undefined ? {} : { indicator }),
    ...(authorisation === undefined ? {} : { authorisation }),
    ...(since === undefined ? {} : { sinceMs: since }),
    ...(until === undefined ? {} : { untilMs: until }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function jsonLine(match: StoredMatch): string {
  return JSON.stringify(match);
}

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp6' };

function humanLine(match: StoredMatch): string {
  const victim = side(match.victim, match.victimPort);
  const c2 = side(match.c2, match.c2Port);
  const protocol = match.protocol === null ? '-' : (PROTOCOLS[match.protocol] ?? String(match.protocol));
  return [
    formatInstant(match.startMs),
    protocol.padEnd(5),
    victim.padEnd(22),
    match.direction === 'to-c2' ? '->' : '<-',
    c2.padEnd(22),
    `${match.bytes ?? '-'} bytes`.padStart(16),
    `${match.packets ?? '-'} packets`.padStart(14),
    `${match.indicator} (${match.authorisation})`,
    `${match.operator}${match.exporter === null ? '' : ` ${match.exporter}`}`,
    ...(match.disputed === undefined ? [] : [`disputed: ${match.disputed}`]),
    ...(match.sequestered === undefined ? [] : ['sequestered']),
  ].join('  ');
}

function side(address: string | null, port: number | null): string {
  if (address === null) return '-';
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
