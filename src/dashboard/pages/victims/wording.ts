// Evidence in the words of whoever reads it.
import type { VictimItem } from '../../../http/routes/victims.ts';
import type { Tone } from '../../components/badge.tsx';
import { bytes, count } from '../../format.ts';
import { type MessageKey, t } from '../../language.ts';

export const CLASSES: readonly VictimItem['class'][] = ['E4', 'E3', 'E2', 'unknown-sampled', 'E1', 'E0'];

const TONES: Readonly<Record<VictimItem['class'], Tone>> = {
  E4: 'bad',
  E3: 'bad',
  E2: 'wait',
  'unknown-sampled': 'plain',
  E1: 'plain',
  E0: 'plain',
};

export function classTone(of: VictimItem['class']): Tone {
  return TONES[of];
}

/** For a list. */
export function whose({ attribution: { entity, attribution } }: VictimItem): string {
  return entity === null ? t(`victims.whose.${attribution}` as MessageKey) : entity.name;
}

export function different({
  listed,
  count: all,
  isAtLeast,
}: {
  readonly listed: readonly (string | number)[];
  readonly count: number;
  readonly isAtLeast: boolean;
}): string {
  if (all === 0) return '–';
  const shown = listed.slice(0, 6).join(', ');
  if (all <= 6 && !isAtLeast) return shown;
  return t(isAtLeast ? 'victims.atLeast' : 'victims.ofAll', { shown, count: count(all) });
}

const PROTOCOLS: Readonly<Record<number, string>> = { 1: 'ICMP', 6: 'TCP', 17: 'UDP', 58: 'ICMPv6' };

export function protocolText(protocol: number): string {
  return PROTOCOLS[protocol] ?? String(protocol);
}

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

export function flagsText(flags: number | null): string {
  if (flags === null) return '–';
  return FLAGS.filter((_, bit) => flags & (1 << bit)).join(' ') || '–';
}

export function bytesText(octets: number | null): string {
  return octets === null ? '–' : bytes(octets);
}

export function samplingText({ sampling }: VictimItem): string {
  if (sampling === null) return t('victims.sampling.unknown');
  if (sampling.max <= 1) return t('victims.sampling.none');
  return sampling.min === sampling.max
    ? `1:${count(sampling.max)}`
    : `1:${count(sampling.min)} – 1:${count(sampling.max)}`;
}

const LOSSES = [
  'undecodable',
  'earlyDropped',
  'kernelDropped',
  'slabDropped',
  'refused',
  'notTaken',
  'sequenceLost',
] as const;

/** What was not looked at, line by line; none where everything was. */
export function coverageLines({ coverage }: VictimItem): string[] {
  const { sampling, days, daysNotInLedger } = coverage;
  return [
    ...(sampling !== null && sampling > 1 ? [t('victims.coverage.sampled', { rate: count(sampling) })] : []),
    ...(daysNotInLedger > 0
      ? [t('victims.coverage.missing', { missing: count(daysNotInLedger), days: count(days) })]
      : []),
    ...LOSSES.filter((loss) => coverage[loss] > 0).map((loss) =>
      t(`victims.coverage.${loss}`, { count: count(coverage[loss]) }),
    ),
  ];
}
