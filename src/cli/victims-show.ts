// Runs `flowsieve victims show`: all evidence of one victim, with a time line of its days of contact.
import { protocolName } from '../authority/protocols.ts';
import { counted } from '../core/counted.ts';
import { FlowSieveError } from '../core/errors.ts';
import { parsePrefix } from '../core/prefix.ts';
import { DAY_MS, formatInstant, HOUR_MS } from '../core/time.ts';
import type { ContactDayRow } from '../store/contacts.ts';
import { daysReader, iterateEvidence } from '../store/evidence.ts';
import { beaconPercent } from '../victims/beacon.ts';
import { coverageWords } from '../victims/coverage.ts';
import type { OneWay } from '../victims/evidence.ts';
import { timelineDay } from '../victims/timeline.ts';
import { type Victim, VictimReader } from '../victims/victims.ts';
import { type GlobalOptions, log, print } from './command.ts';
import type { ReadingOptions } from './victims-options.ts';
import { readVictims } from './victims-reading.ts';
import { beaconParts, differentText, flagsText, samplingText } from './victims-wording.ts';
import { labelled } from './wording.ts';

export async function showVictim(
  text: string,
  commandLine: GlobalOptions,
  options: ReadingOptions,
): Promise<void> {
  const parsed = parsePrefix(text);
  if ('problem' in parsed) throw new FlowSieveError('USAGE', `${text}: ${parsed.problem}`);
  const filter = { victim: parsed.value.text };
  const shown = await readVictims(commandLine, options, { kind: 'victims', filter }, (db, attributor) => {
    const victims = new VictimReader(db, attributor);
    const daysOf = daysReader(db);
    const sequestered = options.role === 'auditor';
    const stored = [...iterateEvidence(db, { ...filter, sequestered })];
    for (const evidence of stored) {
      const victim = victims.of(evidence);
      const days = daysOf(evidence);
      if (commandLine.json) print(JSON.stringify({ ...victim, timeline: days.map(timelineDay) }));
      else for (const line of detail(victim, days)) print(line);
    }
    return stored.length;
  });
  if (shown === 0 && !commandLine.json) log('nothing is known of this address');
}

function* detail(victim: Victim, days: readonly ContactDayRow[]): Generator<string> {
  const { disputed, c2s, protocols } = victim;
  yield `${victim.victim}  ${victim.class}: ${victim.meaning}`;
  if (disputed !== undefined)
    yield labelled('disputed', 'the indicator is in doubt, and not decided on (L11)');
  yield labelled('C2 server', `${differentText(c2s)}, ${victim.indicator} (${victim.authorisation})`);
  yield labelled('operator', `${victim.operator}, under ${victim.retentionBasis}`);
  yield labelled('belongs to', attributionText(victim));
  yield labelled('contact', `${formatInstant(victim.firstMs)} to ${formatInstant(victim.lastMs)}`);
  yield labelled(
    '',
    `in ${counted(victim.hours, 'distinct hour')} on ${counted(victim.days, 'day')}; traffic both ways in ${counted(victim.provenHours, 'hour')}`,
  );
  yield labelled('to C2', wayText(victim.toC2));
  yield labelled('from C2', wayText(victim.fromC2));
  yield labelled('protocol', protocols.map(protocolName).join(', ') || 'not exported');
  yield labelled('ports', `victim ${differentText(victim.victimPorts)}; C2 ${differentText(victim.c2Ports)}`);
  yield labelled(
    'seen by',
    `${differentText(victim.exporters)}; sampling ${samplingText(victim)}; times: ${victim.timeSources.join(', ')}`,
  );
  yield labelled('beacon', beaconParts(victim.beacon));
  yield labelled('coverage', coverageWords(victim.coverage));
  yield 'days (UTC), hours 0 to 23: # traffic both ways, + contact';
  for (const row of days) yield `  ${dayLine(row)}`;
  yield '';
}

function attributionText({
  attribution: { entity, attribution, because, protected: profession, asn, country },
}: Victim): string {
  return [
    entity === null ? attribution : `${entity.name} (${entity.id})`,
    ...(profession === null ? [] : [`protected: ${profession}`]),
    ...(asn === null ? [] : [`AS${asn}`]),
    ...(country === null ? [] : [country]),
    because,
  ].join(', ');
}

function wayText({ flows, bytes, packets, tcpFlags }: OneWay): string {
  if (flows === 0) return 'nothing';
  return `${flows} flows, ${bytes ?? '-'} bytes, ${packets ?? '-'} packets, TCP flags ${flagsText(tcpFlags)}`;
}

function dayLine(row: ContactDayRow): string {
  const hours = Array.from({ length: DAY_MS / HOUR_MS }, (_, hour) =>
    row.provenHours & (1 << hour) ? '#' : row.hours & (1 << hour) ? '+' : '.',
  ).join('');
  const beacon = row.score === null ? '' : `  beacon ${beaconPercent(row.score)}`;
  return `${formatInstant(row.day * DAY_MS).slice(0, 10)}  ${hours}  ${row.flowsTo} flows to, ${row.flowsFrom} from${beacon}`;
}
