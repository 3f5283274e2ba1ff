// A small history with everything that documents tell: taken in, adapted, disputed, suspended, overridden, revoked.

import { recordBasisStep } from '../../src/store/basis-steps.ts';
import type { Database } from '../../src/store/database.ts';
import { decideDispute, openDispute } from '../../src/store/disputes.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { recordStep } from '../../src/store/indicator-steps.ts';
import { declareOperator } from '../../src/store/operators.ts';
import { changed, database, ENTRY, type Fields, IDENTIFY, KEEP, ms, take, verification } from './fixture.ts';

const OPERATORS = { operators: ['example-isp', 'other-isp'] };
const WEEKLY = { verify_every: 'P7D' };

/** What its feeds said is hostile to Markdown. */
const HOSTILE = 'group | `one` <b>\nof two';

function entry(changes: Fields): Fields {
  return changed(ENTRY, { ...WEEKLY, 'threat.actor': HOSTILE, ...changes });
}

export async function history(): Promise<Database> {
  const db = database();
  const analyst = (by: string, at: string) => ({ by, role: 'analyst', at: ms(at) });
  const id = (address: string): string => findIndicator(db, address).id;
  const kept = entry({ tlp: 'CLEAR', block: true, verifications: [verification('2026-07-05T00:00:00Z')] });
  const gone = entry({ address: '198.51.100.1', 'threat.actor': null });
  const doubted = entry({ address: '198.51.100.2', 'threat.actor': 'another group' });
  await take(db, [kept, gone, doubted], undefined, OPERATORS);
  declareOperator(
    db,
    'other-isp',
    { name: 'Other ISP', contact: 'noc@other.example', retention: { 'lce-126-1': 'P6M', 'lce-122': 'P1M' } },
    analyst('an.engineer', '2026-06-25T13:00:00Z'),
  );
  const added = entry({
    address: '2001:db8:c2::/48',
    port: null,
    protocol: null,
    'basis.retention': 'lce-122',
    tlp: 'RED',
    block: true,
    verifications: [verification('2026-07-05T00:00:00Z')],
  });
  await take(
    db,
    [changed(kept, { country: 'DE' }), doubted, added],
    '2026-07-05T08:00:00Z',
    OPERATORS,
    'b.analyst',
  );
  const dispute = openDispute(
    db,
    {
      indicator: id('198.51.100.2'),
      operator: 'other-isp',
      ground: 'reassigned to a customer',
      suspends: true,
    },
    { by: 'noc', role: 'operator', at: ms('2026-07-01T09:00:00Z') },
  );
  const upheld = { outcome: 'upheld', reason: 'the registry says so' } as const;
  decideDispute(db, dispute.id, upheld, analyst('a.analyst', '2026-07-02T09:00:00Z'));
  decideDispute(db, dispute.id, upheld, analyst('b.analyst', '2026-07-02T10:00:00Z'));
  recordStep(
    db,
    id('203.0.113.7'),
    { kind: 'suspend', reason: 'silent\nfor a day', atMs: ms('2026-07-06T08:00:00Z') },
    analyst('a.analyst', '2026-07-06T09:00:00Z'),
  );
  recordStep(
    db,
    id('203.0.113.7'),
    { kind: 'reinstate', reason: 'answers again' },
    analyst('b.analyst', '2026-07-06T10:00:00Z'),
  );
  recordStep(
    db,
    id('203.0.113.7'),
    { kind: 'analyse', outcome: 'refuted', method: 'port scan', evidence: 'ab'.repeat(32) },
    analyst('c.analyst', '2026-07-07T08:00:00Z'),
  );
  recordBasisStep(
    db,
    'lce-123',
    { kind: 'suspend', reason: 'ruling C-1/26' },
    analyst('a.head', '2026-07-08T08:00:00Z'),
  );
  for (const header of [KEEP, IDENTIFY]) await take(db, [], '2026-07-08T09:00:00Z', header);
  return db;
}
