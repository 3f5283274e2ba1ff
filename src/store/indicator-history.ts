// Every event of an indicator, and of what it rests on, with both times.
import { disputeCause } from '../authority/causes.ts';
import type { Database } from './database.ts';
import { listDisputes } from './disputes.ts';
import { eventsOf, type RecordedEvent } from './events.ts';
import type { NamedIndicator } from './indicator-names.ts';
import { readIndicator } from './indicator-records.ts';

export interface HistoryLine {
  readonly sequence: number;
  readonly recordedAtMs: number;
  /** When it took place. */
  readonly atMs: number;
  readonly by: string;
  readonly role: string;
  readonly action: string;
  readonly object: string;
  readonly version: number;
  /** Hexadecimal. */
  readonly digest: string | null;
  readonly detail: RecordedEvent['detail'];
}

/** In the order in which they were recorded. */
export function readHistory(
  db: Database,
  indicator: Pick<NamedIndicator, 'id' | 'authorisation'>,
): HistoryLine[] {
  return eventsOf(db, objectsOf(db, indicator)).map(lineOf);
}

/** What its life depends on: itself, its disputes, its authorisation, the bases on which it rests. */
function objectsOf(
  db: Database,
  { id, authorisation }: Pick<NamedIndicator, 'id' | 'authorisation'>,
): string[] {
  const scope = readIndicator(db, id)?.record.scope;
  const bases = scope ? [scope.retention, scope.access, scope.task] : [];
  const disputes = listDisputes(db, { indicator: id }).map((dispute) => disputeCause(dispute.id));
  return [id, ...disputes, authorisation, ...bases];
}

function lineOf({
  sequence,
  atMs,
  actor,
  role,
  action,
  object,
  version,
  digest,
  detail,
}: RecordedEvent): HistoryLine {
  const { atMs: tookPlaceMs, ...said } = detail;
  return {
    sequence,
    recordedAtMs: atMs,
    atMs: typeof tookPlaceMs === 'number' ? tookPlaceMs : atMs,
    by: actor,
    role,
    action,
    object,
    version,
    digest: digest === null ? null : Buffer.from(digest).toString('hex'),
    detail: said,
  };
}
