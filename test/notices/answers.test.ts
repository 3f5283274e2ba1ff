// What operators answer, and what happens where they do not.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { verifySignature } from '../../src/core/signing-key.ts';
import { Deliverer } from '../../src/notices/deliverer.ts';
import { escalateUnanswered } from '../../src/notices/escalation.ts';
import type { EscalationContent } from '../../src/notices/notice.ts';
import { acknowledgeNotice } from '../../src/store/notice-answers.ts';
import { iterateNotices } from '../../src/store/notices.ts';
import { Authority, entry, IMPORTED_MS, settings } from './fixture.ts';

const WITHIN_MS = 86_400_000;
const A = '203.0.113.7';

let authority: Authority;
beforeEach(async () => {
  authority = new Authority();
  await authority.import([entry(A)], { operators: ['example-isp', 'other-isp'] });
  authority.look();
});

const standings = () => [...iterateNotices(authority.db)];
const toIsp = () => standings().find(({ operator }) => operator === 'example-isp')!;

function acknowledge(id = toIsp().id, operator = 'example-isp', at = IMPORTED_MS + 5_000) {
  return acknowledgeNotice(authority.db, id, operator, { by: 'noc', role: 'operator', at }, 'ticket 7');
}

function escalate(atMs: number) {
  return escalateUnanswered(authority.db, settings(authority.folder), atMs, () => authority.key);
}

async function deliver(path: string): Promise<void> {
  const folder = { channel: 'folder', path } as const;
  const configuration = settings(authority.folder, {
    channels: [{ ...folder, operator: 'example-isp' }],
    escalation: [folder],
    maxAttempts: 1,
  });
  const deliverer = new Deliverer(authority.db, configuration);
  await deliverer.drain(new AbortController().signal);
  await deliverer.finish();
}

describe('an acknowledgement', () => {
  it('is kept with its latency, from issue and from delivery (L10)', async () => {
    await deliver(authority.folder);
    const { deliveredAtMs } = toIsp();
    const answer = acknowledge(undefined, undefined, deliveredAtMs! + 7_000);
    expect(answer).toMatchObject({
      ...{ operator: 'example-isp', by: 'noc', reason: 'ticket 7', isNew: true, sinceDeliveryMs: 7_000 },
      latencyMs: deliveredAtMs! + 7_000 - IMPORTED_MS,
    });
    expect(toIsp()).toMatchObject({ acknowledgedBy: 'noc', acknowledgedAtMs: answer.atMs });
    expect(authority.events('notice.acknowledge')).toMatchObject([
      { actor: 'noc', role: 'operator', detail: { operator: 'example-isp', sinceDeliveryMs: 7_000 } },
    ]);
  });

  it('of what never was delivered by a channel counts too', () => {
    expect(acknowledge()).toMatchObject({ latencyMs: 5_000, sinceDeliveryMs: null });
  });

  it('given twice is that of the first time', () => {
    acknowledge();
    expect(acknowledge(undefined, undefined, IMPORTED_MS + 9_000)).toMatchObject({
      isNew: false,
      latencyMs: 5_000,
    });
    expect(authority.events('notice.acknowledge')).toHaveLength(1);
  });

  it('is refused of another operator, of an unknown notice, of an escalation', () => {
    expect(() => acknowledge(undefined, 'other-isp')).toThrow(
      /operator: other-isp: the notice is for example-isp \(rule L10\)/,
    );
    expect(() => acknowledge('notice--none')).toThrow(/there is no notice notice--none/);
    escalate(IMPORTED_MS + WITHIN_MS);
    const escalation = standings().find(({ recipient }) => recipient === 'escalation')!;
    expect(() => acknowledge(escalation.id)).toThrow(/is an escalation/);
  });
});

describe('a notice that is not acknowledged', () => {
  it.each([
    ['the millisecond before its time is over: waits', IMPORTED_MS + WITHIN_MS - 1, 0],
    ['when its time is over: is escalated', IMPORTED_MS + WITHIN_MS, 2],
  ])('%s', (_, atMs, times) => {
    expect(escalate(atMs)).toHaveLength(times);
    expect(authority.events('notice.escalate')).toHaveLength(times);
  });

  it('is escalated once, and not where it was acknowledged', () => {
    acknowledge();
    expect(escalate(IMPORTED_MS + WITHIN_MS)).toMatchObject([
      { operator: 'other-isp', reason: 'unacknowledged' },
    ]);
    expect(escalate(IMPORTED_MS + 9 * WITHIN_MS)).toEqual([]);
    expect(standings().map(({ operator, escalatedAtMs }) => [operator, escalatedAtMs])).toContainEqual([
      'other-isp',
      IMPORTED_MS + WITHIN_MS,
    ]);
  });

  it('is told of in one signed message for each operator, over the channels of escalation', async () => {
    await authority.import([entry(A, { block: true })], { operators: ['example-isp', 'other-isp'] });
    authority.look();
    escalate(IMPORTED_MS + WITHIN_MS);
    await deliver(authority.folder);
    const files = readdirSync(authority.folder).filter((name) => /^escalation-.*\.json$/.test(name));
    expect(files).toHaveLength(2);
    const messages = files.map((name) => {
      const path = join(authority.folder, name);
      const body = readFileSync(path);
      expect(verifySignature(authority.key.publicKeyPem, body, readFileSync(`${path}.sig`))).toBe(true);
      return JSON.parse(body.toString('utf8')) as EscalationContent;
    });
    const [first] = messages.toSorted((a, b) => (a.operator < b.operator ? -1 : 1));
    expect(first).toMatchObject({
      ...{ type: 'escalation', operator: 'example-isp', reason: 'unacknowledged' },
      notices: [
        { kind: 'new', authorisation: '002/2026', delivered: null },
        { kind: 'changed', authorisation: '002/2026', delivered: null },
      ],
    });
    expect(JSON.stringify(first)).not.toContain(A);
  });

  it('and could not be delivered is escalated at once', async () => {
    await deliver(join(authority.folder, 'no-such-folder'));
    expect(escalate(IMPORTED_MS + 1)).toMatchObject([{ operator: 'example-isp', reason: 'undelivered' }]);
    expect(escalate(IMPORTED_MS + 1)).toEqual([]);
  });
});
