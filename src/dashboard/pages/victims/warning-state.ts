// States of warnings and their mails, as they are shown.
import type { WarningItem } from '../../../http/routes/warnings.ts';
import type { Tone } from '../../components/badge.tsx';
import { count, instant } from '../../format.ts';
import { t } from '../../language.ts';

export const STATES: readonly WarningItem['state'][] = [
  'draft',
  'approved',
  'sent',
  'acknowledged',
  'retracted',
];

const TONES: Readonly<Record<WarningItem['state'], Tone>> = {
  draft: 'wait',
  approved: 'wait',
  sent: 'good',
  acknowledged: 'good',
  retracted: 'plain',
};

export function stateTone(state: WarningItem['state']): Tone {
  return TONES[state];
}

type Mail = WarningItem['mails'][number];

/** Nobody knows whether it went out. */
export function isUnclear({ begunAtMs, sentAtMs }: Mail): boolean {
  return begunAtMs !== null && sentAtMs === null;
}

export function mailText(mail: Mail): string {
  const { kind, sentAtMs, begunAtMs, attempts, problem } = mail;
  const of = t(kind === 'warning' ? 'victims.mail.warning' : 'victims.mail.retraction');
  if (sentAtMs !== null) return t('victims.mail.sent', { of, at: instant(sentAtMs) });
  if (begunAtMs !== null) return t('victims.mail.unclear', { of, at: instant(begunAtMs) });
  if (attempts === 0) return t('victims.mail.waits', { of });
  return t('victims.mail.failed', { of, attempts: count(attempts), problem: problem ?? '–' });
}
