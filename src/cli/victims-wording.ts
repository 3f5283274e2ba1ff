// Evidence as people read it.
import { protocolName } from '../authority/protocols.ts';
import { counted } from '../core/counted.ts';
import { formatInstant } from '../core/time.ts';
import { beaconPercent } from '../victims/beacon.ts';
import { coverageWords } from '../victims/coverage.ts';
import type { Different } from '../victims/different.ts';
import type { Beacon, Evidence, OneWay } from '../victims/evidence.ts';
import type { EvidenceClass } from '../victims/evidence-class.ts';
import type { Victim } from '../victims/victims.ts';

/** The meaning in a few words, for a line. */
const SHORT_WORDS: Readonly<Record<EvidenceClass, string>> = {
  E0: 'only the C2 server sent',
  E1: 'sent, no connection seen',
  'unknown-sampled': 'sampled: cannot be told',
  E2: 'traffic both ways',
  E3: 'both ways, several hours',
  E4: 'both ways, as a beacon',
};
const CLASS_WIDTH = 40;
const ADDRESS_WIDTH = 20;

export function victimLine(victim: Victim): string {
  const { c2s, protocols, c2Ports, toC2, fromC2, hours, flows, disputed } = victim;
  const classed = `${victim.class} ${SHORT_WORDS[victim.class]}`;
  return [
    victim.victim.padEnd(ADDRESS_WIDTH),
    classed.padEnd(CLASS_WIDTH),
    `${differentText(c2s)} ${protocols.map(protocolName).join('/')} ${differentText(c2Ports)}`,
    `${minute(victim.firstMs)} to ${minute(victim.lastMs)}`,
    `${counted(flows, 'flow')} in ${hours} h`,
    `${bytesText(toC2)} to, ${bytesText(fromC2)} from`,
    beaconText(victim.beacon),
    `coverage ${coverageWords(victim.coverage)}`,
    ...(disputed === undefined ? [] : ['disputed']),
    whoseText(victim),
    victim.operator,
    `${victim.indicator} (${victim.authorisation})`,
  ].join('  ');
}

/** Whose it is, or who can tell. */
function whoseText({ attribution: { entity, attribution } }: Victim): string {
  if (entity !== null) return entity.name;
  return attribution === 'operator' ? 'not in the register' : attribution;
}

function bytesText({ bytes }: OneWay): string {
  return bytes === null ? '- bytes' : `${bytes} bytes`;
}

export function beaconText(beacon: Beacon): string {
  if (beacon.score === null) return 'beacon: insufficient evidence';
  return `beacon ${beaconPercent(beacon.score)} (${beacon.band})`;
}

/** Each with its name, as they stand in the record; a score of 100 is critical. */
export function beaconParts(beacon: Beacon): string {
  if (beacon.score === null) return `insufficient evidence: ${beacon.reason}`;
  const { score, band, intervals, sizes, duration, histogram, dayMs, contacts } = beacon;
  const parts = { intervals, sizes, duration, histogram };
  const text = Object.entries(parts).map(([name, value]) => `${name} ${beaconPercent(value)}`);
  return `${beaconPercent(score)} of 100 (${band}) on ${formatInstant(dayMs).slice(0, 10)}, ${counted(contacts, 'contact')}: ${text.join(', ')}`;
}

export function differentText(different: Different<number | string>): string {
  const { listed, count, isAtLeast } = different;
  if (count === 0) return '-';
  if (count === 1) return String(listed[0]);
  const shown = listed.slice(0, 3).join(',');
  return count <= 3 && !isAtLeast ? shown : `${shown},… (${isAtLeast ? 'at least ' : ''}${count})`;
}

const FLAG_LETTERS = 'FSRPAUEC';

/** `SPA`: those that are set, in the order of FIN SYN RST PSH ACK URG ECE CWR. */
export function flagsText(flags: number | null): string {
  if (flags === null) return 'not exported';
  return [...FLAG_LETTERS].filter((_, bit) => flags & (1 << bit)).join('') || 'none';
}

export function samplingText({ sampling }: Evidence): string {
  if (sampling === null) return 'not announced';
  if (sampling.max <= 1) return 'none';
  return sampling.min === sampling.max ? `1:${sampling.max}` : `1:${sampling.min} to 1:${sampling.max}`;
}

function minute(ms: number): string {
  return `${formatInstant(ms).slice(0, 16)}Z`;
}
