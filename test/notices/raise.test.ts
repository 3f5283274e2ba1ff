// What operators are told, by what has happened.
import { beforeEach, describe, expect, it } from 'vitest';
import { verifySignature } from '../../src/core/signing-key.ts';
import { issueNotices, MAX_ENTRIES, type NoticeContent } from '../../src/notices/notice.ts';
import { recordAuthorisationStep } from '../../src/store/authorisation-steps.ts';
import { recordBasisStep } from '../../src/store/basis-steps.ts';
import { decideDispute, openDispute } from '../../src/store/disputes.ts';
import { findIndicator } from '../../src/store/indicator-names.ts';
import { changed, DAY_MS, ms, REQUISITION, REQUISITIONED, verification } from '../authority/fixture.ts';
import { Authority, entry, IMPORTED_MS } from './fixture.ts';

const A = '203.0.113.7';
const B = '203.0.113.8';
const ISP = 'example-isp';

let authority: Authority;
beforeEach(() => {
  authority = new Authority();
});

const person = (by: string) => ({ by, role: 'analyst', at: authority.nowMs });
const later = (byMs = 60_000) => {
  authority.nowMs += byMs;
};

describe('new indicators', () => {
  it('are told in one notice to each operator that the authorisation names (L6)', async () => {
    await authority.import([entry(A), entry(B)], { operators: [ISP, 'other-isp'] });
    expect(authority.tell()).toEqual([
      { operator: ISP, kind: 'new', rule: 'L6', addresses: [A, B] },
      { operator: 'other-isp', kind: 'new', rule: 'L6', addresses: [A, B] },
    ]);
  });

  it('are told once, however often and by whomever one looks', async () => {
    await authority.import([entry(A)]);
    expect(authority.look()).toBe(1);
    later();
    expect(authority.look()).toBe(0);
    await authority.import([entry(A)]);
    expect(authority.look()).toBe(0);
  });

  it('say from when on traffic is asked for, and who must declare a term first (L3)', async () => {
    const on122 = entry(B, { 'basis.retention': 'lce-122' });
    await authority.import([entry(A, { first_seen: '2025-01-01T00:00:00Z' }), on122]);
    authority.look();
    const [notice] = authority.contents();
    const told = new Map(notice?.indicators.map((one) => [one.address, one]));
    expect(told.get(A)).toMatchObject({
      do: ['deliver'],
      traffic: { from: '2025-06-25T00:00:00.000Z', until: null },
      port: 443,
      protocol: 'tcp',
    });
    expect(told.get(B)).toMatchObject({ do: ['declare-term'] });
  });

  it('ask for blocking where it is considered (L17)', async () => {
    await authority.import([entry(A, { block: true })]);
    authority.look();
    expect(authority.contents()[0]?.indicators[0]).toMatchObject({ block: true, do: ['deliver', 'block'] });
  });

  it('are not told while they are proposed (L8), and told when the second person confirms', async () => {
    const [first] = entry(A).analyses as unknown[];
    await authority.import([entry(A, { analyses: [first] })]);
    expect(authority.tell()).toEqual([]);
    later();
    authority.step(A, { kind: 'analyse', outcome: 'confirmed', method: 'sandbox' });
    expect(authority.tell()).toEqual([]); // the same person again
    authority.step(A, { kind: 'analyse', outcome: 'confirmed', method: 'sandbox' }, 'b.analyst');
    expect(authority.tell()).toMatchObject([{ kind: 'new', addresses: [A] }]);
  });

  it('of an authorisation in force later are told with the instant from which on they are (L1)', async () => {
    await authority.import([entry(A)], { approvals: [{ by: 'a.head', at: '2026-06-28T00:00:00Z' }] });
    authority.look();
    expect(authority.contents()).toMatchObject([
      {
        kind: 'new',
        effective: '2026-06-28T00:00:00.000Z',
        indicators: [{ effective: '2026-06-28T00:00:00.000Z' }],
      },
    ]);
  });

  it('are not told before the commission is notified of their authorisation (I1), and all told when it is', async () => {
    const entries = [REQUISITIONED, changed(REQUISITIONED, { address: B })];
    await authority.import(entries, changed(REQUISITION, { notified: undefined }));
    expect(authority.tell()).toEqual([]);
    later();
    await authority.import(entries, REQUISITION);
    expect(authority.tell()).toMatchObject([{ kind: 'new', addresses: [A, B] }]);
  });

  it('whose whole number is large come in parts of bounded size', async () => {
    await authority.import([entry(A)]);
    authority.look();
    const [content] = authority.contents();
    const [one] = content!.indicators;
    const parts = issueNotices({
      key: authority.key,
      operator: ISP,
      issuedAtMs: authority.nowMs,
      subject: { ...content!, effectiveMs: authority.nowMs },
      entries: Array.from({ length: 2 * MAX_ENTRIES + 1 }, () => one!),
      withheld: 3,
    }).map(({ body }) => JSON.parse(body.toString('utf8')) as NoticeContent);
    expect(
      parts.map(({ part, parts: of, withheld, indicators }) => [part, of, withheld, indicators.length]),
    ).toEqual([
      [1, 3, 3, MAX_ENTRIES],
      [2, 3, 0, MAX_ENTRIES],
      [3, 3, 0, 1],
    ]);
  });
});

describe('an indicator that was told', () => {
  beforeEach(async () => {
    await authority.import([entry(A, { block: true }), entry(B)], { operators: [ISP, 'other-isp'] });
    authority.tell();
    later();
  });

  it('and is revoked: every operator is told to stop, at once and signed (L10)', () => {
    authority.step(A, { kind: 'revoke', reason: 'sinkholed' });
    authority.look();
    const notices = authority.contents();
    expect(notices.map(({ operator, kind }) => [operator, kind])).toEqual([
      [ISP, 'revocation'],
      ['other-isp', 'revocation'],
    ]);
    expect(notices[0]).toMatchObject({
      rule: 'L10',
      authorisation: { reference: '002/2026', file: 'AUT-2026-00049' },
      key: authority.key.keyId,
      tlp: 'AMBER+STRICT',
      withheld: 0,
      indicators: [
        {
          address: A,
          effective: new Date(authority.nowMs).toISOString(),
          do: ['stop-delivering', 'stop-blocking'],
          rule: 'L10',
        },
      ],
    });
    const rows = authority.db.prepare('SELECT body, signature FROM notices').all() as {
      body: Buffer;
      signature: Buffer;
    }[];
    for (const { body, signature } of rows) {
      expect(verifySignature(authority.key.publicKeyPem, body, signature)).toBe(true);
      const tampered = Buffer.from(body);
      tampered[10]! ^= 1;
      expect(verifySignature(authority.key.publicKeyPem, tampered, signature)).toBe(false);
    }
  });

  it('and is suspended, then reinstated (L10)', () => {
    authority.step(A, { kind: 'suspend', reason: 'doubts' });
    expect(authority.tell()[0]).toEqual({ operator: ISP, kind: 'suspension', rule: 'L10', addresses: [A] });
    later();
    authority.step(A, { kind: 'reinstate', reason: 'none left' });
    expect(authority.tell()[0]).toEqual({
      operator: ISP,
      kind: 'reinstatement',
      rule: 'L10',
      addresses: [A],
    });
  });

  it('and is verified inactive: suspended; verified active again: reinstated (L10)', () => {
    authority.step(A, { kind: 'verify', outcome: 'inactive', method: 'handshake' });
    expect(authority.tell()[0]).toMatchObject({ kind: 'suspension', rule: 'L10' });
    later();
    authority.step(A, { kind: 'verify', outcome: 'active', method: 'handshake' });
    expect(authority.tell()[0]).toMatchObject({ kind: 'reinstatement' });
  });

  it('and is suspended while it was suspended: nothing new is told; revoked from there: it is', () => {
    authority.step(A, { kind: 'suspend', reason: 'doubts' });
    authority.tell();
    later();
    authority.step(A, { kind: 'verify', outcome: 'inactive', method: 'handshake' });
    expect(authority.tell()).toEqual([]);
    later();
    authority.step(A, { kind: 'revoke', reason: 'gone' });
    authority.look();
    expect(authority.contents()[0]).toMatchObject({
      kind: 'revocation',
      effective: new Date(authority.nowMs).toISOString(),
    });
  });

  it('and is verified, analysed or listed again as before: nothing is told', async () => {
    authority.step(A, { kind: 'verify', outcome: 'active', method: 'handshake' });
    authority.step(B, { kind: 'analyse', outcome: 'confirmed', method: 'sandbox' });
    const verifications = [verification('2026-06-25T00:00:00Z'), verification('2026-06-25T12:00:00Z')];
    await authority.import([entry(A, { block: true, verifications }), entry(B)], {
      operators: [ISP, 'other-isp'],
    });
    expect(authority.tell()).toEqual([]);
  });

  it('and changes in what operators see: they are told (block: no more)', async () => {
    await authority.import([entry(A, { block: false }), entry(B)], { operators: [ISP, 'other-isp'] });
    authority.look();
    const [notice] = authority.contents();
    expect(notice).toMatchObject({
      kind: 'changed',
      indicators: [{ address: A, do: ['deliver', 'stop-blocking'] }],
    });
  });

  it('and is listed no more: withdrawn; listed again: new', async () => {
    await authority.import([entry(B)], { operators: [ISP, 'other-isp'] });
    expect(authority.tell()[0]).toEqual({ operator: ISP, kind: 'withdrawal', rule: 'L10', addresses: [A] });
    later();
    await authority.import([entry(A, { block: true }), entry(B)], { operators: [ISP, 'other-isp'] });
    expect(authority.tell()[0]).toMatchObject({ kind: 'new', addresses: [A] });
  });

  it('and is disputed: the outcome goes to who raised it, what becomes of it to all (L11)', () => {
    const { id } = openDispute(
      authority.db,
      {
        indicator: findIndicator(authority.db, A).id,
        operator: 'other-isp',
        ground: 'our own resolver',
        suspends: true,
      },
      person('other-isp noc'),
    );
    expect(authority.tell()).toMatchObject([
      { operator: ISP, kind: 'suspension', rule: 'L11' },
      { operator: 'other-isp', kind: 'suspension', rule: 'L11' },
    ]);
    later();
    decideDispute(authority.db, id, { outcome: 'upheld', reason: 'it is' }, person('a.analyst'));
    expect(authority.tell()).toEqual([]);
    decideDispute(authority.db, id, { outcome: 'upheld', reason: 'so it is' }, person('b.analyst'));
    authority.look();
    const notices = authority.contents();
    expect(notices.map(({ operator, kind }) => [operator, kind])).toEqual([
      [ISP, 'revocation'],
      ['other-isp', 'revocation'],
      ['other-isp', 'dispute-outcome'],
    ]);
    expect(notices[2]).toMatchObject({
      rule: 'L11',
      facts: { dispute: `dispute:${id}`, outcome: 'upheld' },
      indicators: [{ address: A, do: ['stop-delivering', 'stop-blocking'] }],
    });
  });

  it('and whose basis a ruling suspends: one notice for the basis, whole (L20); lifted: one more', () => {
    recordBasisStep(authority.db, 'lce-126-1', { kind: 'suspend', reason: 'ruling' }, person('a.head'));
    authority.look();
    const notices = authority.contents();
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatchObject({
      ...{ kind: 'suspension', rule: 'L20', scope: 'basis', basis: 'lce-126-1', indicators: [] },
      do: ['stop-delivering', 'stop-blocking'],
    });
    later();
    recordBasisStep(authority.db, 'lce-126-1', { kind: 'reinstate', reason: 'overruled' }, person('a.head'));
    expect(authority.tell()[0]).toMatchObject({ kind: 'reinstatement', rule: 'L20' });
    recordBasisStep(authority.db, 'lce-123', { kind: 'suspend', reason: 'ruling' }, person('a.head'));
    expect(authority.tell()).toEqual([]);
  });

  it('and whose authorisation is ended: one notice for all of it; no indicator of it is told of after that', async () => {
    recordAuthorisationStep(authority.db, '002/2026', { kind: 'end', reason: 'done' }, person('a.head'));
    authority.look();
    const notices = authority.contents();
    expect(notices).toHaveLength(2);
    expect(notices[0]).toMatchObject({
      ...{ kind: 'end', scope: 'authorisation', indicators: [], do: ['stop-delivering', 'stop-blocking'] },
      facts: { how: 'ended before its time' },
      effective: new Date(authority.nowMs).toISOString(),
    });
  });

  it('and whose authorisation names an operator no more, and another: each is told', async () => {
    await authority.import([entry(A, { block: true }), entry(B)], { operators: [ISP, 'third-isp'] });
    expect(authority.tell()).toEqual([
      { operator: 'other-isp', kind: 'end', rule: 'L1', addresses: [] },
      { operator: 'third-isp', kind: 'new', rule: 'L6', addresses: [A, B] },
    ]);
  });

  it('and two things happen to it between two looks: what is so now is told', () => {
    authority.step(A, { kind: 'suspend', reason: 'doubts' });
    later();
    authority.step(A, { kind: 'reinstate', reason: 'none left' });
    authority.step(B, { kind: 'suspend', reason: 'doubts' });
    later();
    authority.step(B, { kind: 'revoke', reason: 'gone' });
    expect(authority.tell()).toMatchObject([
      { operator: ISP, kind: 'revocation', addresses: [B] },
      { operator: 'other-isp', kind: 'revocation', addresses: [B] },
    ]);
  });
});

describe('what nobody was told of before', () => {
  it('is told of when it is revoked all the same: they may know of it otherwise (L10)', async () => {
    await authority.import([entry(A), entry(B)]);
    later();
    authority.step(A, { kind: 'revoke', reason: 'gone' });
    expect(authority.tell()).toMatchObject([
      { kind: 'revocation', addresses: [A] },
      { kind: 'new', addresses: [B] },
    ]);
  });

  it('and was out of force before it was taken in is no news', async () => {
    authority.nowMs = ms('2026-07-20T00:00:00Z');
    await authority.import([entry(A)]);
    expect(authority.tell()).toEqual([]);
  });

  it('and never was in force is not told of when it is revoked', async () => {
    await authority.import([entry(A, { analyses: [] })]);
    authority.step(A, { kind: 'revoke', reason: 'a mistake' });
    expect(authority.tell()).toEqual([]);
  });
});

describe('TLP', () => {
  it('RED is not sent; the notice says that there is more', async () => {
    await authority.import([entry(A, { tlp: 'RED' }), entry(B, { tlp: 'GREEN' })]);
    authority.look();
    const [notice] = authority.contents();
    expect(notice).toMatchObject({ withheld: 1, tlp: 'GREEN', indicators: [{ address: B }] });
    expect(JSON.stringify(notice)).not.toContain(A);
    expect(JSON.stringify(notice)).not.toContain(findIndicator(authority.db, A).id);
    later();
    authority.step(A, { kind: 'revoke', reason: 'gone' });
    expect(authority.tell()).toEqual([{ operator: ISP, kind: 'revocation', rule: 'L10', addresses: [] }]);
  });
});

it('a notice of a change that is looked at in several goes is raised once', async () => {
  await authority.import([entry(A)]);
  authority.look();
  authority.nowMs = IMPORTED_MS + 2 * DAY_MS;
  authority.step(A, { kind: 'revoke', reason: 'gone' });
  const other = new Authority();
  expect(other.look()).toBe(0);
  authority.look();
  authority.look();
  expect(authority.events('notice.raise').map(({ detail }) => detail.kind)).toEqual(['new', 'revocation']);
});
